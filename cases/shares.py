"""Shares that are only partly known: how sure one may be, and how many to look at. Pure."""

from math import ceil, lgamma, log, sqrt

# The quantile of the normal distribution for 95 %, both sides.
Z95 = 1.959964


def wilson(count: int, of: int) -> tuple[float, float]:
    """Between which per cents the share behind `count` of `of` lies, with 95 % confidence.

    E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal of
    the American Statistical Association 22 (1927), 209-212: right for small numbers and for shares
    near nothing, where the usual interval is not. (0, 100) where nothing was looked at.
    """
    if not of:
        return 0.0, 100.0
    share, squared = count / of, Z95 * Z95
    middle = share + squared / (2 * of)
    half = Z95 * sqrt(share * (1 - share) / of + squared / (4 * of * of))
    whole = 1 + squared / of
    return 100 * max(0.0, (middle - half) / whole), 100 * min(1.0, (middle + half) / whole)


def sample_size(pool: int, bound: int, confidence: int) -> int:
    """The fewest of `pool` to look at so that, if more than `bound` per cent were false, at least
    one false one is among them with `confidence` per cent.

    Without end of the pool: the n with (1 - bound)^n <= 1 - confidence, 59 for 5 and 95 (J. A.
    Hanley and A. Lippman-Hand, "If Nothing Goes Wrong, Is Everything All Right?", JAMA 249 (1983),
    1743-1745). A pool that is small is drawn from without putting back, so the hypergeometric
    distribution stands in place of the power (W. G. Cochran, Sampling Techniques, 3rd ed. 1977,
    section 3.7).
    """
    false = pool * bound // 100 + 1
    if false >= pool:
        return min(pool, 1)
    most, least = log(1 - confidence / 100), ceil(log(1 - confidence / 100) / log(1 - bound / 100))
    # Drawing without putting back never takes more than drawing with it.
    for size in range(1, min(pool, least) + 1):
        if size > pool - false or _log_ways(pool - false, size) - _log_ways(pool, size) <= most:
            return size
    return min(pool, least)


def _log_ways(of: int, taken: int) -> float:
    """The logarithm of in how many ways so many can be taken of `of`."""
    return lgamma(of + 1) - lgamma(taken + 1) - lgamma(of - taken + 1)

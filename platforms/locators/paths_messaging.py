"""The addresses of the messaging services and of the dating app."""

from .rules import Rules, path, rules

_DIGITS = r"(?P<id>\d{5,20})"

MESSAGING: dict[str, Rules] = {
    # No public profile addresses: an id, a user number, a phone, or somebody seen nearby.
    "michat": rules(
        handle=r"[a-z0-9][a-z0-9._-]{3,29}",
        bare=(path(_DIGITS, "user_id", "{id}"),),
        paths=(),
        digits_are_ids=True,
    ),
    "whatsapp": rules(
        keep=("phone", "code"),
        paths=(
            path(r"wa\.me/(?:message|qr|u|w)/[^/?]+", "short"),
            path(r"wa\.me/p/\d+/(?P<p>\+?\d+)", "phone"),
            path(r"wa\.me/(?:c/)?(?P<p>\+?[\d (.)-]+)", "phone"),
            path(r"wa\.me/?\?phone=(?P<p>[+\d (.)-]+)", "phone"),
            path(r"(?:send/?|catalog)(?:\?phone=|/)(?P<p>[+\d (.)-]+)", "phone"),
            path(
                r"(?:chat\.whatsapp\.com/(?:invite/)?|invite/|accept\?code="
                r"|\?code=)(?P<id>[\w-]{10,})",
                "group", "invite/{id}", "https://chat.whatsapp.com/{id}", see="private",
            ),
            path(r"channel/(?P<id>[\w-]{10,})", "group", "channel/{id}",
                 "https://www.whatsapp.com/channel/{id}"),
        ),
        bare=(
            path(r"(?P<id>[A-Za-z0-9]{22})", "group", "invite/{id}",
                 "https://chat.whatsapp.com/{id}", see="private"),
        ),
    ),
    "telegram": rules(
        handle=r"[a-z][a-z0-9_]{3,31}",
        home="https://t.me/{h}",
        reserved="share proxy socks login setlanguage invoice contact giftcode confirmphone "
        "addtheme joinchat addlist addstickers addemoji apps blog press privacy",
        digits_are_ids=True,
        keep=("startapp",),
        bare=(
            path(r"(?P<id>\d{5,15})", "user_id", "{id}"),
            path(r"\+(?P<id>[\w-]{8,})", "group", "+{id}", "https://t.me/+{id}", see="private"),
        ),
        paths=(
            path(r"web\.telegram\.org/@?(?P<h>[A-Za-z]\w+)", "handle"),
            path(r"web\.telegram\.org/-100(?P<id>\d{5,15})", "group", "c/{id}", see="private"),
            path(r"web\.telegram\.org/(?P<id>\d{5,15})", "user_id", "{id}"),
            path(r"(?:web\.)?telegram\.org", "none"),
            path(r"t\.me/(?P<h>\w+)/(?P<id>\d+)", "post", "{h}/{id}", "https://t.me/{h}/{id}",
                 "{h}"),
            path(r"t\.me/(?P<h>\w+)", "handle"),
            path(r"c/(?P<c>\d+)/(?:\d+/)?(?P<id>\d+)", "post", "c/{c}/{id}",
                 "https://t.me/c/{c}/{id}", see="private"),
            path(r"c/(?P<c>\d+)", "group", "c/{c}", see="private"),
            path(r"\+(?P<p>\d{8,15})", "phone"),
            path(r"(?:joinchat/|\+)(?P<id>[\w-]{8,})", "group", "+{id}", "https://t.me/+{id}",
                 see="private"),
            path(r"(?P<s>addlist|addstickers|addemoji)/(?P<id>\w+)", "post", "{s}/{id}",
                 "https://t.me/{s}/{id}"),
            path(r"(?:s/)?(?P<h>\w+)/(?:\d+/)?(?P<id>\d+)", "post", "{h}/{id}",
                 "https://t.me/{h}/{id}", "{h}"),
            path(r"(?:s/|boost/)?@?(?P<h>[^/?]+)", "handle"),
        ),
    ),
    "line": rules(
        handle=r"@?[a-z0-9][a-z0-9._-]{1,29}",
        home="https://line.me/ti/p/~{h}",
        keeps_at=True,
        bare=(
            path(r"(?P<id>[uU][0-9a-f]{32})", "user_id", "{id}"),
            path(r"@(?P<h>[\w.-]+)", "handle", "@{h}", "https://line.me/R/ti/p/@{h}"),
        ),
        paths=(
            path(r"page\.line\.me/@?(?P<h>[^/?]+)", "handle", "@{h}",
                 "https://line.me/R/ti/p/@{h}"),
            path(r"(?:linevoom|timeline|voom)\.line\.me/(?P<s>user|post)/(?P<id>[\w-]+)", "post",
                 "linevoom.line.me/{s}/{id}", "https://linevoom.line.me/{s}/{id}"),
            path(r"[a-z]+\.line\.me", "none"),
            path(r"(?:R/)?ti/p/~(?P<h>[^/?]+)", "handle"),
            path(r"(?:(?:R/)?ti/p|R/oaMessage|R/home/public/main|R/home/public/profile)/@"
                 r"(?P<h>[^/?]+)"
                 r"|@(?P<h2>[^/?]+)", "handle", "@{h}{h2}", "https://line.me/R/ti/p/@{h}{h2}"),
            path(r"~(?P<h>[^/?]+)", "handle"),
            path(r"(?:R/)?ti/p/(?P<id>[\w-]{6,})", "user_id", "ti/p/{id}",
                 "https://line.me/ti/p/{id}"),
            path(r"(?:R/)?ti/(?P<g>g2?)/(?P<id>[\w-]{6,})", "group", "ti/{g}/{id}",
                 "https://line.me/R/ti/{g}/{id}", see="private"),
        ),
    ),
    "wechat": rules(
        handle=r"[a-z][a-z0-9_-]{4,19}",
        digits_are_ids=True,
        keep=("__biz", "mid", "idx"),
        bare=(
            path(r"(?P<id>wxid_[a-z0-9]{8,20})", "user_id", "{id}"),
            path(r"(?P<id>gh_[0-9a-f]{10,14})", "user_id", "{id}"),
            path(_DIGITS, "user_id", "{id}"),
        ),
        paths=(
            path(r"u\.wechat\.com/(?P<id>[\w-]+)", "user_id", "u.wechat.com/{id}",
                 "https://u.wechat.com/{id}"),
            path(r"weixin\.qq\.com/r/(?P<id>[\w-]+)", "user_id", "weixin.qq.com/r/{id}",
                 "https://weixin.qq.com/r/{id}"),
            path(r"weixin\.qq\.com/g/(?P<id>[\w-]+)", "group", "weixin.qq.com/g/{id}",
                 "https://weixin.qq.com/g/{id}", see="private"),
            path(r"mp\.weixin\.qq\.com/s/(?P<id>[\w-]{10,})", "post", "mp.weixin.qq.com/s/{id}",
                 "https://mp.weixin.qq.com/s/{id}"),
            path(r"mp\.weixin\.qq\.com/s\?__biz=(?P<b>[^&]+)&mid=(?P<m>\d+)&idx=(?P<i>\d+)", "post",
                 "mp.weixin.qq.com/s?__biz={b}&mid={m}&idx={i}",
                 "https://mp.weixin.qq.com/s?__biz={b}&mid={m}&idx={i}"),
            path(r"mp\.weixin\.qq\.com/mp/\w+\?__biz=(?P<b>[^&]+)", "user_id",
                 "mp.weixin.qq.com/mp/profile_ext?__biz={b}",
                 "https://mp.weixin.qq.com/mp/profile_ext?__biz={b}"),
        ),
    ),
    "discord": rules(
        handle=r"[a-z0-9_.]{2,32}|[^\s!-,/:-@\[-^`{-~]{2,32}#\d{4}",
        digits_are_ids=True,
        is_unicode=True,
        bare=(path(r"(?P<id>\d{15,20})", "user_id", "{id}", "https://discord.com/users/{id}"),),
        paths=(
            path(r"(?:invite|discord\.gg|dis\.gd)/(?:invite/)?(?P<id>[\w-]+)", "group",
                 "invite/{id}",
                 "https://discord.gg/{id}", see="private"),
            path(r"users/(?P<id>\d{15,20})", "user_id", "{id}", "https://discord.com/users/{id}"),
            path(r"channels/(?P<g>\d+)/(?P<c>\d+)/(?P<id>\d+)", "post", "channels/{g}/{c}/{id}",
                 "https://discord.com/channels/{g}/{c}/{id}", see="private"),
            path(r"channels/(?P<id>\d+)", "group", "channels/{id}",
                 "https://discord.com/channels/{id}", see="private"),
            path(r"servers/(?:[\w%-]*-)?(?P<id>\d{15,20})", "group", "channels/{id}",
                 "https://discord.com/channels/{id}", see="private"),
        ),
    ),
    "tinder": rules(
        handle=r"[a-z0-9_][a-z0-9_.-]{1,29}",
        home="https://tinder.com/@{h}",
        paths=(path(r"@(?P<h>[^/?]+)", "handle"),),
    ),
}  # fmt: skip

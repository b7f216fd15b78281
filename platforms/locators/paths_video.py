"""The addresses of the video and live services, the app stores and the search engines."""

from .rules import WORDS_OF_ANY_SCRIPT, Rules, path, rules

_VIDEO_ID = r"(?P<id>[\w-]{11})(?![\w-])"
_STORE = "https://play.google.com/store/"
_APPLE = "https://apps.apple.com/"

VIDEO: dict[str, Rules] = {
    "youtube": rules(
        handle=WORDS_OF_ANY_SCRIPT,
        home="https://www.youtube.com/@{h}",
        is_unicode=True,
        reserved="watch results feed playlist shorts live embed v e gaming premium about t ads "
            "creators "
        "hashtag redirect attribution_link post clip source oembed signin account kids movies "
        "trending "
        "upload music s c user channel howyoutubeworks reporthistory paid_memberships",
        keep=("list", "v"),
        bare=(path(r"(?P<id>UC[\w-]{22})", "user_id", "{id}",
                   "https://www.youtube.com/channel/{id}"),),
        paths=(
            path(r"(?:embed/videoseries|playlist)\?list=(?P<id>[\w-]+)", "post",
                 "playlist?list={id}",
                 "https://www.youtube.com/playlist?list={id}"),
            path(rf"(?:watch\?(?:list=[\w-]*&)?v=|youtu\.be/(?:shorts/|live/)?"
                 rf"|(?:shorts|live|embed|v|e|watch)/){_VIDEO_ID}.*", "post", "watch?v={id}",
                 "https://www.youtube.com/watch?v={id}"),
            path(r"(?P<s>post|clip)/(?P<id>[\w-]+)", "post", "{s}/{id}",
                 "https://www.youtube.com/{s}/{id}"),
            path(r"(?:channel/)?(?P<id>UC[\w-]{22})", "user_id", "{id}",
                 "https://www.youtube.com/channel/{id}"),
            path(r"@(?P<h>[^/?]+)", "handle"),
            path(r"(?P<s>c|user)/(?P<h>[^/?]+)", "handle", "{s}/{h}",
                 "https://www.youtube.com/{s}/{h}"),
            path(r"youtu\.be", "none"),
            path(r"(?P<h>[^/?]+)", "handle", "c/{h}", "https://www.youtube.com/c/{h}"),
        ),
    ),
    "tiktok": rules(
        handle=r"[a-z0-9_.]{2,24}",
        home="https://www.tiktok.com/@{h}",
        reserved="tag music discover foryou following explore live search login signup about legal "
        "embed video photo v t share h5 player business upload messages link channel topics coin "
        "shop view inapp",
        paths=(
            path(r"@(?P<h>[^/?]+)/(?:video|photo)/(?P<id>\d+)", "post", "video/{id}",
                 "https://www.tiktok.com/@{h}/video/{id}", "{h}"),
            path(r"(?:@/|share/|h5/share/)?(?:video|photo|v|item)/(?P<id>\d+)(?:\.html)?"
                 r"|(?:embed(?:/v\d)?|player/v1)/(?P<id2>\d+)", "post", "video/{id}{id2}",
                 "https://www.tiktok.com/@/video/{id}{id2}"),
            path(r"(?:share/user|h5/share/usr)/(?P<id>\d+)(?:\.html)?", "user_id",
                 "share/user/{id}",
                 "https://www.tiktok.com/share/user/{id}"),
            path(r"t/\w+", "short"),
            path(r"@?(?P<h>[^/?]+)", "handle"),
        ),
    ),
    "likee": rules(
        handle=r"[a-z0-9_.]{2,30}",
        home="https://likee.video/@{h}",
        reserved="v p video hashtag trending discover live music about login user u audio",
        digits_are_ids=True,
        bare=(path(r"@?(?P<id>\d{4,15})", "user_id", "{id}", "https://likee.video/@{id}"),),
        paths=(
            path(r"@(?P<h>[^/?]+)/(?:video|post)/(?P<id>\d+)", "post", "video/{id}",
                 "https://likee.video/@{h}/video/{id}", "{h}"),
            path(r"video/(?P<id>\d+)", "post", "video/{id}", "https://likee.video/video/{id}"),
            path(r"[vp]/\w+", "short"),
            path(r"(?:user/|u/)?@?(?P<id>\d{4,15})", "user_id", "{id}",
                 "https://likee.video/@{id}"),
            path(r"(?:user/|u/)?@?(?P<h>[^/?]+)", "handle"),
        ),
    ),
    "snack-video": rules(
        handle=r"[a-z0-9_.-]{2,40}",
        home="https://www.snackvideo.com/@{h}",
        reserved="p u user profile video photo discover trending hashtag music about download "
        "login legal tag privacy",
        paths=(
            path(r"(?:u/)?@(?P<h>[^/?]+)/(?:video|photo)/(?P<id>\d+)", "post", "video/{id}",
                 "https://www.snackvideo.com/@{h}/video/{id}", "{h}"),
            path(r"(?:video|photo)/(?P<id>\d+)", "post", "video/{id}",
                 "https://www.snackvideo.com/video/{id}"),
            path(r"p/\w+", "short"),
            path(r"(?:u/|user/|profile/)?@?(?P<h>[^/?]+)", "handle"),
        ),
    ),
    "bigo-live": rules(
        handle=r"[a-z0-9_][a-z0-9_.-]{2,31}",
        home="https://www.bigo.tv/{h}",
        reserved="user live share blog about download games privacy terms login show category",
        digits_are_ids=True,
        bare=(path(r"@?(?P<id>\d{4,15})", "user_id", "{id}", "https://www.bigo.tv/{id}"),),
        paths=(
            path(r"(?:[a-z]{2}(?:-[a-z]{2,4})?/)?(?:user/|live/|share/)?@?(?P<id>\d{4,15})",
                 "user_id",
                 "{id}", "https://www.bigo.tv/{id}"),
            path(r"(?:[a-z]{2}(?:-[a-z]{2,4})?/)?(?:user/|live/|share/)?@?(?P<h>[^/?]{3,})",
                 "handle"),
        ),
    ),
    "mango-live": rules(
        handle=r"[a-z0-9_][a-z0-9_.-]{2,29}",
        home="https://mangolive.net/{h}",
        reserved="user live room share profile about download privacy terms login index.html",
        keep=("uid", "id", "userid", "anchorid", "roomid"),
        digits_are_ids=True,
        bare=(path(r"@?(?P<id>\d{4,15})", "user_id", "{id}", "https://mangolive.net/{id}"),),
        paths=(
            path(r"(?:[^?]*)\?(?:uid|id|userid|anchorid|roomid)=(?P<id>\d{4,15})", "user_id",
                 "{id}",
                 "https://mangolive.net/{id}"),
            path(r"(?:(?:user|live|room|share|profile)/)?@?(?P<id>\d{4,15})", "user_id", "{id}",
                 "https://mangolive.net/{id}"),
            path(r"(?:(?:user|live|room|share|profile)/)?@?(?P<h>[^/?]+)", "handle"),
        ),
    ),
    "dailymotion": rules(
        handle=r"[a-z0-9_.-]{2,40}",
        home="https://www.dailymotion.com/{h}",
        reserved="video embed playlist user search topic signin about legal hashtag library browse "
        "partner settings player.html crawler following",
        keep=("video",),
        paths=(
            path(r"(?:embed/)?video/(?P<id>[a-zA-Z0-9]+)(?:_[^/?]*)?|dai\.ly/(?P<id2>[a-zA-Z0-9]+)"
                 r"|player[^?]*\?video=(?P<id3>[a-zA-Z0-9]+)", "post", "video/{id}{id2}{id3}",
                 "https://www.dailymotion.com/video/{id}{id2}{id3}"),
            path(r"playlist/(?P<id>[a-zA-Z0-9]+)", "post", "playlist/{id}",
                 "https://www.dailymotion.com/playlist/{id}"),
            path(r"(?:user/)?@?(?P<h>[^/?]+)", "handle"),
        ),
    ),
    # An app is to its store what an account is to a network: the package name or number is it.
    "google-play": rules(
        handle=r"[a-zA-Z]\w*(?:\.[a-zA-Z]\w*)+",
        home=_STORE + "apps/details?id={h}",
        keeps_case=True,
        names_have_dots=True,
        keep=("id",),
        paths=(
            path(r"(?:store/apps/)?details\?id=(?P<h>[\w.]+)|apps/testing/(?P<h2>[\w.]+)", "handle",
                 "{h}{h2}", _STORE + "apps/details?id={h}{h2}"),
            path(r"store/apps/dev(?:eloper)?\?id=(?P<id>[^&]+)", "user_id",
                 "store/apps/dev?id={id}",
                 _STORE + "apps/dev?id={id}"),
            path(r"store/(?P<s>books|movies|audiobooks)/details[^?]*\?id=(?P<id>[^&]+)", "post",
                 "store/{s}/details?id={id}", _STORE + "{s}/details?id={id}"),
        ),
    ),
    "apple-app-store": rules(
        keep=("id",),
        bare=(path(r"(?:id)?(?P<id>\d{6,12})", "user_id", "id{id}", _APPLE + "app/id{id}"),),
        paths=(
            path(r"(?:[a-z]{2}/)?developer(?:/[^/?]+)?/id(?P<id>\d+)", "user_id",
                 "developer/id{id}",
                 _APPLE + "developer/id{id}"),
            path(r"(?:[a-z]{2}/)?(?:app|app-bundle)(?:/[^/?]+)?/id(?P<id>\d+)"
                 r"|WebObjects/[^?]*\?id=(?P<id2>\d+)", "user_id", "id{id}{id2}",
                 _APPLE + "app/id{id}{id2}"),
        ),
    ),
    "google-search": rules(
        keep=("q", "udm", "tbm"),
        paths=(
            path(r"(?:search|webhp|images|imghp)?/?\?q=(?P<q>[^&]+)&(?P<m>(?:udm|tbm)=\w+)", "url",
                 "google.com/search?q={q}&{m}", "https://www.google.com/search?q={q}&{m}"),
            path(r"(?:search|webhp|images|imghp)?/?\?q=(?P<q>[^&]+)", "url",
                 "google.com/search?q={q}",
                 "https://www.google.com/search?q={q}"),
        ),
    ),
    "bing": rules(
        keep=("q",),
        paths=(
            path(r"(?P<s>images|videos|news)/search\?q=(?P<q>[^&]+)", "url",
                 "bing.com/{s}/search?q={q}",
                 "https://www.bing.com/{s}/search?q={q}"),
            path(r"(?:search)?\?q=(?P<q>[^&]+)", "url", "bing.com/search?q={q}",
                 "https://www.bing.com/search?q={q}"),
        ),
    ),
}  # fmt: skip

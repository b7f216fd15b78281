"""The addresses of the social networks, forums and the code host."""

from .rules import WORDS_OF_ANY_SCRIPT, Rules, path, rules

_FACEBOOK = "https://www.facebook.com/"
_GIST = r"gist\.github(?:usercontent)?\.com/"

SOCIAL: dict[str, Rules] = {
    "facebook": rules(
        handle=r"[a-z0-9][a-z0-9.\-_]{1,74}",
        home=_FACEBOOK + "{h}",
        reserved="home.php login login.php help policies privacy terms settings search hashtag "
        "watch gaming events groups pages people marketplace share sharer sharer.php dialog "
        "plugins messages notifications friends reel reels stories photo photo.php permalink.php "
        "story.php profile.php video.php l.php r.php reg recover ads business careers lite "
        "directory games bookmarks saved live feed discover checkpoint t v media p pg legal places "
        "public onthisday fundraisers",
        keep=("story_fbid", "fbid", "multi_permalinks", "id", "v", "set"),
        digits_are_ids=True,
        bare=(path(r"(?P<id>\d{5,20})", "user_id", "{id}", _FACEBOOK + "profile.php?id={id}"),),
        paths=(
            path(r"(?:m\.me|messenger\.com(?:/t)?)/(?P<id>\d{5,})", "user_id", "{id}",
                 _FACEBOOK + "profile.php?id={id}"),
            path(r"(?:m\.me|messenger\.com(?:/t)?)/(?P<h>[^/?]+)", "handle"),
            path(r"(?:profile\.php)?\?id=(?P<id>\d{5,})|(?:people/[^/?]+|pages/(?:category/)?"
                 r"(?:[^/?]+/)*[^/?]+)/(?P<id2>\d{5,})|p/(?:[^/?]*-)?(?P<id3>\d{5,})",
                 "user_id", "{id}{id2}{id3}", _FACEBOOK + "profile.php?id={id}{id2}{id3}"),
            path(r"(?:permalink|story)\.php\?story_fbid=(?P<id>\w+)&id=(?P<o>\d+)", "post",
                 "posts/{id}",
                 _FACEBOOK + "permalink.php?story_fbid={id}&id={o}", "{o}"),
            path(r"groups/(?P<h>[^/?]+)/?(?:(?:posts|permalink)/|\?multi_permalinks=)(?P<id>\d+)",
                 "post", "groups/{h}/posts/{id}", _FACEBOOK + "groups/{h}/posts/{id}"),
            path(r"groups/(?P<h>[^/?]+)", "group", "groups/{h}", _FACEBOOK + "groups/{h}"),
            path(r"share(?:/[prvg])?/[\w-]{6,}", "short"),
            path(r"(?:watch|video\.php|watch/live)\?(?:id=\d+&)?v=(?P<id>\d+)", "post",
                 "watch?v={id}",
                 _FACEBOOK + "watch?v={id}"),
            path(r"(?P<h>[^/?]+)/videos/(?:[^/?]+/)?(?P<id>\d+)", "post", "watch?v={id}",
                 _FACEBOOK + "{h}/videos/{id}", "{h}"),
            path(r"reel/(?P<id>\d+)", "post", "reel/{id}", _FACEBOOK + "reel/{id}"),
            path(r"photo(?:\.php|s)?\?fbid=(?P<id>\d+)", "post", "photo?fbid={id}",
                 _FACEBOOK + "photo?fbid={id}"),
            path(r"(?P<h>[^/?]+)/photos/(?:[^/?]+/)*(?P<id>\d+)", "post", "photo?fbid={id}",
                 _FACEBOOK + "{h}/photos/{id}", "{h}"),
            path(r"media/set\?set=(?P<id>[\w.]+)", "post", "media/set?set={id}",
                 _FACEBOOK + "media/set?set={id}"),
            path(r"(?P<s>stories|events|posts|marketplace/item)/(?P<id>\d+|pfbid\w+)", "post",
                 "{s}/{id}",
                 _FACEBOOK + "{s}/{id}"),
            path(r"(?P<h>[^/?]+)/posts/(?:[^/?]+/)?(?P<id>\d+|pfbid\w+)", "post", "posts/{id}",
                 _FACEBOOK + "{h}/posts/{id}", "{h}"),
            path(r"(?:[^/?]*-)?(?P<id>\d{9,})", "user_id", "{id}",
                 _FACEBOOK + "profile.php?id={id}"),
            path(r"(?:pg/)?@?(?P<h>[^/?]+)", "handle"),
        ),
    ),
    "instagram": rules(
        handle=r"[a-z0-9_.]{1,30}",
        home="https://www.instagram.com/{h}/",
        reserved="p reel reels tv stories explore accounts direct about developer legal directory "
        "press api emails challenge session web share channel s ar a graphql nametag qr lite "
        "privacy terms help download _u n invites create notifications",
        paths=(
            path(r"ig\.me/m/(?P<h>[^/?]+)", "handle"),
            path(r"ig\.me/j/(?P<id>[\w-]+)", "group", "ig.me/j/{id}", "https://ig.me/j/{id}",
                 see="private"),
            path(r"reels?/audio", "none"),
            path(r"(?:p|reels?|tv)/(?P<id>[\w-]{5,})", "post", "p/{id}",
                 "https://www.instagram.com/p/{id}/"),
            path(r"(?P<h>[^/?]+)/(?:p|reels?|tv)/(?P<id>[\w-]{5,})", "post", "p/{id}",
                 "https://www.instagram.com/{h}/p/{id}/", "{h}"),
            path(r"stories/highlights/(?P<id>\d+)", "post", "stories/highlights/{id}",
                 "https://www.instagram.com/stories/highlights/{id}/"),
            path(r"stories/(?P<h>[^/?]+)/(?P<id>\d+)", "post", "stories/{h}/{id}",
                 "https://www.instagram.com/stories/{h}/{id}/", "{h}"),
            path(r"share/(?:p/|reel/)?[\w-]{6,}", "short"),
            path(r"channel/(?P<id>[\w-]{6,})", "group", "channel/{id}",
                 "https://www.instagram.com/channel/{id}/"),
            path(r"(?:stories/|_u/|n/)?@?(?P<h>[^/?]+)", "handle"),
        ),
    ),
    "threads": rules(
        handle=r"[a-z0-9_.]{1,30}",
        home="https://www.threads.com/@{h}",
        reserved="t post login search activity saved settings custom_feeds for_you following",
        paths=(
            path(r"@?(?P<h>[^/?]+)/post/(?P<id>[\w-]+)", "post", "t/{id}",
                 "https://www.threads.com/@{h}/post/{id}", "{h}"),
            path(r"t/(?P<id>[\w-]+)", "post", "t/{id}", "https://www.threads.com/t/{id}"),
            path(r"@?(?P<h>[^/?]+)", "handle"),
        ),
    ),
    "x": rules(
        handle=r"[a-z0-9_]{1,15}",
        home="https://x.com/{h}",
        reserved="i home explore search hashtag settings messages notifications login logout "
        "signup intent share tos privacy about jobs compose download who_to_follow account oauth "
        "status",
        keep=("screen_name", "user_id"),
        bare=(path(r"(?P<id>\d{16,20})", "post", "status/{id}", "https://x.com/i/status/{id}"),),
        paths=(
            path(r"(?:i/(?:web/)?)?status(?:es)?/(?P<id>\d+)", "post", "status/{id}",
                 "https://x.com/i/status/{id}"),
            path(r"(?P<h>[^/?]+)/status(?:es)?/(?P<id>\d+)", "post", "status/{id}",
                 "https://x.com/{h}/status/{id}", "{h}"),
            path(r"i/user/(?P<id>\d+)|intent/(?:user|follow)\?user_id=(?P<id2>\d+)", "user_id",
                 "i/user/{id}{id2}", "https://x.com/i/user/{id}{id2}"),
            path(r"(?:intent/(?:user|follow|tweet)|share)\?screen_name=(?P<h>[^&]+)", "handle"),
            path(r"i/(?P<s>communities|lists)/(?P<id>\d+)", "group", "i/{s}/{id}",
                 "https://x.com/i/{s}/{id}"),
            path(r"i/(?P<s>spaces|broadcasts|events)/(?P<id>\w+)", "post", "i/{s}/{id}",
                 "https://x.com/i/{s}/{id}"),
            path(r"@?(?P<h>[^/?]+)", "handle"),
        ),
    ),
    "snapchat": rules(
        handle=r"[a-z][a-z0-9_.-]{2,14}",
        home="https://www.snapchat.com/add/{h}",
        reserved="add u p t s lens lenses spotlight discover download explore map stories story "
        "unlock topic web search privacy business ads",
        paths=(
            path(r"story\.snapchat\.com/(?:[su]/|@)?(?P<h>[^/?]+)", "handle"),
            path(r"(?:@(?P<h>[^/?]+)/)?spotlight/(?P<id>[\w-]{6,})", "post", "spotlight/{id}",
                 "https://www.snapchat.com/spotlight/{id}", "{h}"),
            path(r"p/(?P<o>[\w-]+)/(?P<id>\d+)", "post", "p/{o}/{id}",
                 "https://www.snapchat.com/p/{o}/{id}"),
            path(r"t/\w+", "short"),
            path(r"(?:add/|u/|s/)?@?(?P<h>[^/?]+)", "handle"),
        ),
    ),
    "linkedin": rules(
        handle=WORDS_OF_ANY_SCRIPT,
        home="https://www.linkedin.com/in/{h}",
        is_unicode=True,
        keep=("id",),
        bare=(path(r"(?:urn:li:)?(?:activity|share|ugcPost):(?P<id>\d+)", "post", "activity:{id}",
                   "https://www.linkedin.com/feed/update/urn:li:activity:{id}"),),
        paths=(
            path(r"(?:embed/)?feed/update/urn:li:(?:activity|share|ugcPost):(?P<id>\d+)"
                 r"|(?:urn:li:)?(?:activity|share|ugcPost):(?P<id2>\d+)", "post",
                 "activity:{id}{id2}",
                 "https://www.linkedin.com/feed/update/urn:li:activity:{id}{id2}"),
            path(r"posts/(?P<h>[^/?_]+)_[^/?]*?(?:activity|share|ugcPost)-(?P<id>\d{10,})[^/?]*",
                 "post",
                 "activity:{id}", "https://www.linkedin.com/feed/update/urn:li:activity:{id}",
                 "{h}"),
            path(r"(?P<s>company|school|showcase)/(?P<h>[^/?]+)", "handle", "{s}/{h}",
                 "https://www.linkedin.com/{s}/{h}"),
            path(r"groups/(?P<id>\d+)", "group", "groups/{id}",
                 "https://www.linkedin.com/groups/{id}"),
            path(r"(?P<s>pulse|newsletters)/(?P<id>[^/?]+)", "post", "{s}/{id}",
                 "https://www.linkedin.com/{s}/{id}"),
            path(r"jobs/view/(?:[^/?]*-)?(?P<id>\d+)", "post", "jobs/view/{id}",
                 "https://www.linkedin.com/jobs/view/{id}"),
            path(r"profile/view\?id=(?P<id>[\w-]+)", "user_id", "profile/view?id={id}",
                 "https://www.linkedin.com/profile/view?id={id}"),
            path(r"(?:in|pub)/(?P<h>[^/?]+)", "handle"),
        ),
    ),
    "kaskus": rules(
        handle=r"[a-z0-9][a-z0-9._-]{2,29}",
        home="https://www.kaskus.co.id/@{h}",
        digits_are_ids=True,
        bare=(path(r"(?P<id>\d{3,12})", "user_id", "{id}", "https://www.kaskus.co.id/profile/{id}"),
              ),
        paths=(
            path(r"(?:profile|member|user)/(?:aboutme/|viewallposts/)?(?P<id>\d+)", "user_id",
                 "{id}",
                 "https://www.kaskus.co.id/profile/{id}"),
            path(r"(?:profile/|user/|u/)?@(?P<h>[^/?]+)", "handle"),
            path(r"(?:profile|user|u)/(?P<h>[^/?]+)", "handle"),
            path(r"(?P<s>thread|product)/(?P<id>[0-9a-f]{6,24})", "post", "{s}/{id}",
                 "https://www.kaskus.co.id/{s}/{id}"),
            path(r"(?:post|show_post|viewpost)/(?P<id>[0-9a-f]{6,24})", "post", "post/{id}",
                 "https://www.kaskus.co.id/post/{id}"),
            path(r"(?:komunitas|group)/(?P<id>\d+)", "group", "komunitas/{id}",
                 "https://www.kaskus.co.id/komunitas/{id}"),
        ),
    ),
    "reddit": rules(
        handle=r"[a-z0-9_-]{2,21}",
        home="https://www.reddit.com/user/{h}/",
        bare=(path(r"/?r/(?P<h>\w+)", "group", "r/{h}", "https://www.reddit.com/r/{h}/"),),
        reserved="me",
        paths=(
            path(r"(?P<m>[vi])\.redd\.it/(?P<id>[\w-]+(?:\.\w+)?)", "post", "{m}.redd.it/{id}",
                 "https://{m}.redd.it/{id}"),
            path(r"preview\.redd\.it/(?P<id>[\w-]+(?:\.\w+)?)", "post", "i.redd.it/{id}",
                 "https://i.redd.it/{id}"),
            path(r"(?:(?:r|u|user)/[^/?]+/)?comments/(?P<id>\w+)/(?:comment|[^/?]*)/(?P<c>\w{4,})",
                 "post",
                 "comments/{id}/_/{c}", "https://www.reddit.com/comments/{id}/_/{c}/"),
            path(r"(?:u|user)/(?P<h>[^/?]+)/comments/(?P<id>\w+)", "post", "comments/{id}",
                 "https://www.reddit.com/user/{h}/comments/{id}/", "{h}"),
            path(r"(?:r/[^/?]+/)?(?:comments|gallery|poll|tb|s/comments)/(?P<id>\w+)|redd\.it/"
                 r"(?P<id2>\w+)",
                 "post", "comments/{id}{id2}", "https://www.reddit.com/comments/{id}{id2}/"),
            path(r"r/u_(?P<h>[^/?]+)|(?:u|user)/(?P<h2>[^/?]+)", "handle", "{h}{h2}",
                 "https://www.reddit.com/user/{h}{h2}/"),
            path(r"(?:r|u|user)/[^/?]+/s/\w+", "short"),
            path(r"r/(?P<h>\w+)", "group", "r/{h}", "https://www.reddit.com/r/{h}/"),
        ),
    ),
    "pinterest": rules(
        handle=r"[a-z0-9_-]{3,30}",
        home="https://www.pinterest.com/{h}/",
        reserved="pin ideas search today explore business categories settings login signup about "
        "topics videos _ _saved resource password",
        paths=(
            path(r"pin/(?:[^/?]*--)?(?P<id>[\w-]{6,})", "post", "pin/{id}",
                 "https://www.pinterest.com/pin/{id}/"),
            path(r"(?P<h>[^/?]+)/(?!_|pins|boards|followers|following)(?P<b>[^/?]+)", "post",
                 "{h}/{b}",
                 "https://www.pinterest.com/{h}/{b}/", "{h}"),
            path(r"@?(?P<h>[^/?]+)", "handle"),
        ),
    ),
    "github": rules(
        handle=r"[a-z0-9](?:-?[a-z0-9]){0,38}-?",
        home="https://github.com/{h}",
        reserved="features topics trending about pricing login join settings orgs users sponsors "
        "apps stars search marketplace explore collections notifications issues pulls new "
        "organizations contact security site enterprise gist customer-stories readme logout "
        "sessions codespaces",
        paths=(
            path(_GIST + r"(?:(?P<h>[^/?]+)/)?(?P<id>[0-9a-f]{18,40}|\d+)", "post",
                 "gist.github.com/{id}", "https://gist.github.com/{id}", "{h}"),
            path(_GIST + r"(?P<h>[^/?]+)", "handle"),
            path(r"raw\.github(?:usercontent)?\.com/(?P<h>[^/?]+)/(?P<l>[\w.-]+)/"
                 r"(?:raw/)?(?:refs/heads/)?(?P<id>[^?]+)", "post",
                 "{h}/{l}/blob/{id}", "https://github.com/{h}/{l}/blob/{id}", "{h}"),
            path(r"codeload\.github\.com/(?P<h>[^/?]+)/(?P<l>[\w.-]+)", "post", "{h}/{l}",
                 "https://github.com/{h}/{l}", "{h}"),
            path(r"github\.io/(?P<h>[^/?]+)/(?!index\.html?$)(?P<id>[^?]+)", "post",
                 "{h}.github.io/{id}", "https://{h}.github.io/{id}", "{h}"),
            path(r"github\.io/(?P<h>[^/?]+)", "handle", "{h}", "https://{h}.github.io/"),
            path(r"(?:orgs|users|sponsors|stars)/(?P<h>[^/?]+)", "handle"),
            path(r"(?P<h>[^/?]+)/(?P<l>[\w.-]+)/(?:blob|raw|blame|edit)/(?:refs/heads/)?"
                 r"(?P<id>[^?]+)",
                 "post", "{h}/{l}/blob/{id}", "https://github.com/{h}/{l}/blob/{id}", "{h}"),
            path(r"(?P<h>[^/?]+)/(?P<l>[\w.-]+)/(?P<id>tree/[^/?]+/[^?]+|(?:issues|pull"
                 r"|discussions)/\d+"
                 r"|commit/\w+|wiki/[^/?]+|releases/(?:tag|download)/[^?]+)",
                 "post", "{h}/{l}/{id}", "https://github.com/{h}/{l}/{id}", "{h}"),
            path(r"(?P<h>[^/?]+)/(?P<l>[\w.-]+?)(?:\.git)?", "post", "{h}/{l}",
                 "https://github.com/{h}/{l}", "{h}"),
            path(r"@?(?P<h>[^/?]+)", "handle"),
        ),
    ),
}  # fmt: skip

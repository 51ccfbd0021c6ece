"""Every word of the door and of one's own account, in both languages. A key is `part.what`."""

from __future__ import annotations

from typing import Final

from jiedao.language import Text

WORDS: Final[dict[str, Text]] = {
    # the house
    "app.name": Text(zh="街道服务平台", en="Street office"),
    # sign in
    "sign_in.title": Text(zh="登录", en="Sign in"),
    "sign_in.lead": Text(zh="从账单到收据，一次办好", en="From bill to receipt in one visit"),
    "sign_in.more": Text(
        zh="平台从不猜测。办成了、没有办成，还是正在确认，屏幕上都如实写明。",
        en="The platform never guesses. Done, not done or still being confirmed: the screen says which.",
    ),
    "sign_in.street": Text(zh="街道代码", en="Street code"),
    "sign_in.login": Text(zh="用户名", en="Login"),
    "sign_in.password": Text(zh="密码", en="Password"),
    "sign_in.till": Text(zh="收银台", en="Till"),
    "sign_in.till_hint": Text(
        zh="本窗口的编号，例如 T1；不在窗口工作可以不填",
        en="The number of this window, such as T1; empty for work away from a window",
    ),
    "sign_in.go": Text(zh="登录", en="Sign in"),
    "sign_in.over": Text(
        zh="登录已过期，请重新登录；未完成的内容会保留。",
        en="Your session is over. Sign in again; what was not finished is kept.",
    ),
    "sign_in.or": Text(zh="或者", en="or"),
    "sign_in.from": Text(zh="用{name}登录", en="Sign in with {name}"),
    "sign_in.going_on": Text(zh="已登录，正在打开…", en="You are signed in; going on…"),
    "sign_in.go_on": Text(zh="继续", en="Go on"),
    # the second step
    "second.title": Text(zh="第二步验证", en="One more step"),
    "second.lead": Text(
        zh="打开验证器，输入“{issuer}”下的六位数字。",
        en="Open your authenticator and enter the six digits of {issuer}.",
    ),
    "second.code": Text(zh="验证码", en="Code"),
    "second.hint": Text(zh="手机不在身边？输入一个恢复码。", en="No phone at hand? Enter a recovery code."),
    "second.go": Text(zh="继续", en="Go on"),
    "second.again": Text(zh="换一个账号登录", en="Sign in as somebody else"),
    # setting it up
    "enrol.title": Text(zh="设置第二步验证", en="Set up the second step"),
    "enrol.why": Text(
        zh="登录时除了密码，再输入手机验证器上的六位数字。密码被人猜到，也进不来。",
        en="Besides your password, you enter six digits that your phone shows. A guessed password then opens nothing.",
    ),
    "enrol.required": Text(
        zh="街道要求管理员和会计使用第二步验证。设置完成后继续。",
        en="The street asks administrators and accountants for this. You go on once it is set up.",
    ),
    "enrol.replacing": Text(
        zh="您已经设置过。新的验证器确认之后，原来的才失效。",
        en="You have one already. It stays good until the new one is confirmed.",
    ),
    "enrol.password": Text(zh="现在的密码", en="Present password"),
    "enrol.begin": Text(zh="开始设置", en="Begin"),
    "enrol.scan": Text(zh="用验证器扫描", en="Scan with your authenticator"),
    "enrol.scan_how": Text(
        zh="任何支持 TOTP 的验证器都可以。不能扫描时，手工录入下面的密钥。",
        en="Any authenticator that knows TOTP will do. Where it cannot scan, type the key below.",
    ),
    "enrol.picture": Text(zh="二维码，内容即下面的密钥", en="QR code with the key below"),
    "enrol.secret": Text(zh="密钥", en="Key"),
    "enrol.prove": Text(zh="输入显示的六位数字", en="Enter the six digits it shows"),
    "enrol.confirm": Text(zh="确认", en="Confirm"),
    "enrol.done": Text(zh="第二步验证已经启用", en="The second step is on"),
    # recovery codes
    "codes.title": Text(zh="恢复码", en="Recovery codes"),
    "codes.lead": Text(
        zh="只显示这一次。打印或抄下来，锁好。手机丢了，每个码可以登录一次。",
        en="Shown only now. Print or write them down and lock them away. Without your phone, each lets you in once.",
    ),
    "codes.print": Text(zh="打印", en="Print"),
    "codes.kept": Text(zh="已经保存，继续", en="I have kept them; go on"),
    "codes.left": Text(zh="还剩 {n} 个恢复码", en="{n} recovery codes left"),
    "codes.anew": Text(zh="换新的恢复码", en="New recovery codes"),
    "codes.anew_says": Text(zh="原来的恢复码全部作废。", en="The old ones open nothing any more."),
    # account
    "account.title": Text(zh="我的账号", en="My account"),
    "account.back": Text(zh="返回工作", en="Back to work"),
    "account.out": Text(zh="退出", en="Sign out"),
    "account.login": Text(zh="用户名", en="Login"),
    "account.role": Text(zh="角色", en="Role"),
    "account.street": Text(zh="街道", en="Street"),
    "account.skills": Text(zh="技能", en="Skills"),
    "account.no_skills": Text(zh="没有登记", en="None noted"),
    "role.operator": Text(zh="窗口人员", en="Operator"),
    "role.accountant": Text(zh="会计", en="Accountant"),
    "role.administrator": Text(zh="管理员", en="Administrator"),
    "factor.title": Text(zh="第二步验证", en="Second step"),
    "factor.on": Text(zh="已启用", en="On"),
    "factor.off": Text(zh="未启用", en="Off"),
    "factor.since": Text(zh="{since} 起", en="since {since}"),
    "factor.none": Text(
        zh="只用密码登录。启用后，登录时再输入手机上的六位数字。",
        en="You sign in with your password only. With the second step you also enter six digits from your phone.",
    ),
    "factor.set_up": Text(zh="设置", en="Set it up"),
    "factor.replace": Text(zh="换一台手机", en="Use another phone"),
    "factor.remove": Text(zh="停用", en="Switch it off"),
    "factor.remove_says": Text(zh="停用后只用密码登录。", en="You then sign in with your password only."),
    "factor.required": Text(zh="街道要求，不能停用", en="The street asks for it; it cannot be switched off"),
    "password.title": Text(zh="修改密码", en="Change the password"),
    "password.old": Text(zh="现在的密码", en="Present password"),
    "password.fresh": Text(zh="新密码", en="New password"),
    "password.hint": Text(
        zh="至少 10 个字符，不要用常见密码、用户名或姓名。修改后，其他地方的登录全部退出。",
        en="At least 10 characters; not a common one, and neither login nor name in it. You are signed out elsewhere.",
    ),
    "password.show": Text(zh="显示密码", en="Show the passwords"),
    "password.change": Text(zh="修改", en="Change"),
    "sessions.title": Text(zh="登录的地方", en="Where you are signed in"),
    "sessions.here": Text(zh="本机", en="This one"),
    "sessions.program": Text(zh="程序", en="A program"),
    "sessions.till": Text(zh="收银台 {till}", en="Till {till}"),
    "sessions.opened": Text(zh="{at} 登录", en="signed in {at}"),
    "sessions.seen": Text(zh="{at} 还在用", en="in use {at}"),
    "sessions.end": Text(zh="退出", en="End"),
    "sessions.end_others": Text(zh="退出其他所有地方", en="End all others"),
}

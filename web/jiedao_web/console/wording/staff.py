"""Words of the pages about staff, halls, counters, skills and signing in."""

from __future__ import annotations

from typing import Final

from jiedao.language import Text

WORDS: Final[dict[str, Text]] = {
    # staff
    "staff.list": Text(zh="工作人员", en="Staff"),
    "staff.lead": Text(
        zh="谁在街道工作，可以做什么，会办什么。",
        en="Who works for the street, what they may do and what they can serve.",
    ),
    "staff.add": Text(zh="增加工作人员", en="Add somebody"),
    "staff.name": Text(zh="姓名", en="Name"),
    "staff.login": Text(zh="用户名", en="Login"),
    "staff.role": Text(zh="角色", en="Role"),
    "staff.role_says": Text(
        zh="窗口人员办理业务；会计对账、冲销；管理员设置街道。",
        en="Operators serve residents, accountants keep the books, administrators set the street up.",
    ),
    "staff.skills": Text(zh="技能", en="Skills"),
    "staff.no_skills": Text(
        zh="还没有技能，可以先在“技能”页登记。", en='There are no skills yet; add them under "Skills".'
    ),
    "staff.state": Text(zh="状态", en="State"),
    "staff.active": Text(zh="在岗", en="Working here"),
    "staff.left": Text(zh="已停用", en="Left"),
    "staff.password": Text(zh="初始密码", en="First password"),
    "staff.password_says": Text(
        zh="至少 10 个字符；请本人登录后在“我的账号”里修改。",
        en='At least 10 characters; ask them to change it under "My account".',
    ),
    "staff.factor": Text(zh="第二步验证", en="Second step"),
    "staff.factor_on": Text(zh="已启用", en="On"),
    "staff.factor_off": Text(zh="未启用", en="Off"),
    "staff.factor_none": Text(
        zh="本人在“我的账号”里设置；街道要求时，登录后会先被带去设置。",
        en="They set it up under their account, or are led to it after signing in where the street asks for it.",
    ),
    "staff.lacking": Text(
        zh="街道要求第二步验证，下列人员下次登录时要先设置：{names}",
        en="The street asks for the second step; at their next sign-in these people set it up first: {names}",
    ),
    "staff.more": Text(zh="下一页", en="Next page"),
    "staff.facts": Text(zh="资料", en="About"),
    "staff.save": Text(zh="保存", en="Save"),
    "staff.own": Text(
        zh="自己的角色和在岗状态由另一位管理员修改；密码和第二步验证在“我的账号”里。",
        en="Your own role is changed by another administrator; your password and second step are under your account.",
    ),
    "staff.ends": Text(
        zh="改角色或停用后，此人的所有登录立即退出。",
        en="Another role, or leaving, ends all sessions of this person at once.",
    ),
    "staff.reset_password": Text(zh="重设密码", en="Give a new password"),
    "staff.new_password": Text(zh="新密码", en="New password"),
    "staff.reason": Text(zh="理由", en="Reason"),
    "staff.reason_says": Text(zh="长期保存在审计里", en="Kept in the audit for ever"),
    "staff.reset_factor": Text(zh="重置第二步验证", en="Reset the second step"),
    "staff.reset_factor_says": Text(
        zh="手机丢失、恢复码也没有时使用。请确认是本人。重置后此人的登录全部退出，下次登录重新设置。",
        en="For who lost phone and recovery codes. Make sure who it is. Their sessions end; they set it up anew.",
    ),
    "staff.identity": Text(zh="统一身份", en="Identity provider"),
    "staff.identity_says": Text(
        zh="登记以后，此人可以从“{name}”登录。没有登记的人进不来。",
        en="Once tied, this person may sign in from {name}. Nobody else gets in from there.",
    ),
    "staff.tied": Text(zh="已对应", en="Tied to"),
    "staff.tie_kind": Text(zh="对应方式", en="Tied by"),
    "staff.tie_value": Text(zh="标识或邮箱", en="Subject or e-mail"),
    "staff.tie_says": Text(
        zh="邮箱只在第一次登录时使用，之后以标识为准。",
        en="An e-mail address serves for the first sign-in; from then on the subject counts.",
    ),
    "staff.tie": Text(zh="登记", en="Tie"),
    "staff.untie": Text(zh="解除", en="Untie"),
    "tie.subject": Text(zh="标识（sub）", en="Subject (sub)"),
    "tie.email": Text(zh="邮箱", en="E-mail"),
    # halls and counters
    "hall.list": Text(zh="大厅与窗口", en="Halls and counters"),
    "hall.lead": Text(
        zh="每个窗口有自己的钱箱和账本。换名称后，收据立即使用新的名称。",
        en="Each counter has a drawer and a book of its own. Receipts use a new name at once.",
    ),
    "hall.add": Text(zh="增加大厅", en="Add a hall"),
    "hall.none": Text(zh="还没有大厅", en="There is no hall yet"),
    "hall.id": Text(zh="代码", en="Code"),
    "hall.id_says": Text(zh="例如社区代码；以后不能改", en="Such as the community's code; it stays as it is"),
    "hall.name_zh": Text(zh="中文名称", en="Name in Chinese"),
    "hall.name_en": Text(zh="英文名称", en="Name in English"),
    "hall.rename": Text(zh="改名", en="Rename"),
    "window.add": Text(zh="增加窗口", en="Add a counter"),
    "window.none": Text(zh="这个大厅还没有窗口", en="This hall has no counter yet"),
    "window.id": Text(zh="编号", en="Number"),
    "window.id_says": Text(
        zh="例如 T8，印在收据编号里；以后不能改", en="Such as T8; part of receipt numbers, it stays"
    ),
    "window.name": Text(zh="名称", en="Name"),
    "window.kind": Text(zh="类型", en="Kind"),
    "window.hall": Text(zh="大厅", en="Hall"),
    "window.skills": Text(zh="能办的业务", en="What it serves"),
    "window.everything": Text(zh="全部", en="Everything"),
    "window.shift": Text(zh="当班", en="Shift"),
    "window.open": Text(zh="正在当班", en="Open"),
    "window.closed": Text(zh="没有开班", en="None"),
    "window.edit": Text(zh="修改", en="Change"),
    "window.stays": Text(zh="正在当班，结班后才能换大厅。", en="Its shift is open; it can move once that is closed."),
    "kind.window": Text(zh="窗口", en="Window"),
    "kind.kiosk": Text(zh="自助机", en="Kiosk"),
    "kind.phone": Text(zh="居民手机", en="Residents' phones"),
    # skills
    "skill.list": Text(zh="技能", en="Skills"),
    "skill.lead": Text(
        zh="人员会办什么，窗口能办什么，用同一张短清单，例如缴费、邮寄、认证。",
        en="One short list for what people and counters can serve, such as bills, post and certification.",
    ),
    "skill.add": Text(zh="增加技能", en="Add a skill"),
    "skill.none": Text(zh="还没有技能", en="There are no skills yet"),
    "skill.none_says": Text(
        zh="没有技能时，人人都可以办理，每个窗口都受理全部业务。",
        en="Without skills, everybody and every counter serves everything.",
    ),
    "skill.code": Text(zh="代码", en="Code"),
    "skill.code_says": Text(zh="小写字母开头，例如 bills", en="Begins with a small letter, such as bills"),
    "skill.people": Text(zh="人员", en="People"),
    "skill.counters": Text(zh="窗口", en="Counters"),
    "skill.remove": Text(zh="删除", en="Remove"),
    "skill.remove_says": Text(
        zh="“{name}”会从所有人员和窗口上去掉。", en="{name} is taken away from everybody and every counter."
    ),
    # signing in
    "signing.list": Text(zh="登录设置", en="Signing in"),
    "signing.lead": Text(zh="街道对工作人员登录的要求。", en="What the street asks of its staff at the door."),
    "signing.rule": Text(
        zh="管理员和会计必须使用第二步验证", en="Administrators and accountants must use the second step"
    ),
    "signing.rule_says": Text(
        zh="从下次登录起生效，没有设置的人会先被带去设置。窗口人员自愿使用。",
        en="From their next sign-in on; who has none is led to set it up first. Operators may use it as they like.",
    ),
    "signing.first": Text(
        zh="您自己还没有设置第二步验证，建议先在“我的账号”里设置，再打开这项要求。",
        en="You have none yourself. Set yours up first, under your account.",
    ),
    "signing.is_on": Text(zh="已要求", en="Asked for"),
    "signing.is_off": Text(zh="未要求", en="Not asked for"),
    "signing.on": Text(zh="要求", en="Ask for it"),
    "signing.off": Text(zh="不要求", en="Do not ask for it"),
    "signing.provider": Text(zh="统一身份登录（OpenID Connect）", en="Identity provider (OpenID Connect)"),
    "signing.provider_says": Text(
        zh="可选。登录页上会多一个按钮。只有管理员在“工作人员”里登记过的人才能从那里登录，不会自动增加人员。",
        en="Optional: one more button at the door. Only people whom an administrator has tied to a member of staff get "
        "in from there; nobody is ever added by signing in.",
    ),
    "signing.name_zh": Text(zh="按钮上的中文名称", en="Name on the button, in Chinese"),
    "signing.name_en": Text(zh="按钮上的英文名称", en="Name on the button, in English"),
    "signing.issuer": Text(zh="签发者地址（issuer）", en="Issuer"),
    "signing.issuer_says": Text(
        zh="https:// 开头，与令牌里的 iss 完全一致", en="https://…, exactly as iss in the tokens"
    ),
    "signing.client": Text(zh="客户端编号（client_id）", en="Client (client_id)"),
    "signing.secret": Text(zh="客户端密钥（client_secret）", en="Client secret"),
    "signing.secret_kept": Text(zh="已保存，不填则不变", en="Kept; leave it empty to keep it so"),
    "signing.redirect": Text(zh="回调地址，请登记到统一身份服务", en="Redirect address, to register there"),
    "signing.active": Text(zh="启用", en="In use"),
    "signing.save": Text(zh="保存", en="Save"),
    "signing.check": Text(zh="检查连接", en="Check it"),
    "signing.remove": Text(zh="删除", en="Remove it"),
    "signing.remove_says": Text(
        zh="所有人员的统一身份登记也会删除。", en="All ties of staff to this provider go with it."
    ),
}

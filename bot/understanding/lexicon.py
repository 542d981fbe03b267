# ruff: noqa: E501  # alternatives of one pattern read best on one line
"""Words that tell a question to rows from one to documents."""

from __future__ import annotations

import re
from functools import cache

from bot.understanding.row_vocabulary import row_vocabulary
from knowledge.tables.records import RecordKind
from knowledge.text.language import STOPWORDS_EN

# What belongs to law, policy or advice: documents answer it, never a list of rows.
POLICY = re.compile(
    r"合法|违法|违反|犯法|可以.{0,10}(?:限|要求|扣|收|拒|招|只)|能(?:不能|否)?(?:限|要求|扣|收|拒)|规定|法律|法规|条例|办法|政策|补贴|补助|津贴|资助|"
    r"奖励|奖学金|助学金|贷款|赔偿|补偿|试用期|押金|扣(?:工资|押|身份证|钱)|合同|辞职|辞退|辞掉|开除|解雇|解除|工伤|加班|歧视|限(?:制)?(?:男|女|性别|年龄)|"
    r"仲裁|投诉|维权|生育|产假|年假|最低工资|欠薪|拖欠|克扣|权利|义务|流程|手续|入户|落户|积分|户口|认定|鉴定|备案|分配|保证|前途|前景|靠谱|排名|"
    r"哪(?:个|间|所|家).{0,4}(?:最好|好(?:一?点|些)?(?:$|[?呢]))|骗|中介|童工|未成年|应该|注意|收费合理|三方|退费|退学|转学|罚|"
    r"要(?:不要)?(?:交|买|缴)|不用(?:买|交|缴|签)|使不使|(?:实习|学徒)(?:生|期间?|的时候|时)?(?:有没有|有无|给不给|发不发|算不算|(?:没)?有|给|发)(?:工资|报酬|钱|薪)|[发结][1一]?次|发工资|我司|我们?的?(?:公司|厂|单位|企业)|代招|(?:想|要)招(?:聘)?\d|our (?:company|factory|firm)|we (?:want|need) to hire|招聘会|双选会|宣讲会|讲座|job fairs?|(?<!可)考(?:取|到|高级|中级|初级|技师|证(?!培训|班|课))|满\d+年|\d ?(?:周)?岁|女(?:工|性|生|的)|男(?:工|性|生|的)|要不要|用不用|算不算|会不会|必须|需不需要|有没有必要|有用吗|低人一等|"
    r"legal|illegal|\blaws?\b|allowed|permitted|employers? (?:may|must|can|have to)|can (?:an?|the|my) (?:employer|company|boss)|subsid|allowance|"
    r"\bha(?:ve|s) to\b|\bmust\b|\bads?\b|advert|\bwom[ae]n\b|\bmen\b|\bfemales?\b|\bmales?\b|years old|probation|deposit|contract|compensat|overtime|maternity|minimum wage|dismiss|\bfired?\b|rights?\b|obligat|polic(?:y|ies)|regulation|"
    r"discriminat|grant|eligib|scholarship|loan|refund|certif(?:y|ied)|guarantee|rank(?:ing|ed)|scam|safe to|should i|is it (?:ok|fine)"
)
HOW = re.compile(
    r"怎么(?!没)|怎样|如何|咋|怎办|为什么|为何|什么(?:是|叫|意思|关系)|什么时候(?!.{0,4}(?:截止|开班|开课|报名|入学|开学|招生))|是(?:做|干|搞|卖)什么|什么公司|一回事|一样[吗么]|哪(?:里|儿)(?:报名|申请|办|领|考|查|咨询)|是什么|啥意思|区别|分别|不同|差别|意思|作用|职责|责任|"
    r"\bhow (?!many|much|long (?:is|are) the)|\bwhy\b|what (?:is|are) (?:an? |the )?(?:difference|role|purpose|meaning|aim|host)|"
    r"what (?:is|are) (?!there|the (?:average|mean|top|most|highest|lowest|cheapest|jobs|openings|pay|tuition|partner|signator|best|newest|latest|shortest|longest))|"
    r"what does .{0,100} (?:mean|do)|difference|meaning|explain"
)
WHO = re.compile(r"谁(?!.{0,3}招)|\bwho\b(?! is hiring)")  # asks for a person, unless it asks who signed or presented
MOST = re.compile(r"最(?:便宜|[平贵高低多少长短早快新])")
SIGNED = r"签的约|签(?:订|署|定)?(?:了|过)?(?:战略)?(?:合作)?(?:框架)?(?:协议|约)|签(?:了|署|过)|签约|\bsign(?:ed|s|ing)?\b(?! up| in)|signator(?:y|ies)"
PLAQUE = r"(?<!\d)20所|\b(?:20|twenty) (?:colleges|schools)|\ba member\b|\bmembers? of\b|挂(?:了)?牌|授(?:了)?牌|牌匾|匾|(?:战略)?合作成员|成员单位|plaques?|cooperation members?|strategic cooperation member"
PRESENTED = r"发(?:了)?言|作(?:了)?(?:经验)?介绍|(?:经验)?介绍(?:了)?(?:经验|做法|成果)|分享(?:了)?(?:经验)?|宣讲|经验交流|presented|presenters?|presentations?|gave (?:a )?(?:talk|presentation|speech)s?|spoke"
PARTNER = r"合作(?:单位|院校|企业|学校|伙伴|方|公司|高校)|校企合作名单|成员名单|签约(?:单位|院校|学校|名单)|\bpartners?\b|partner (?:schools?|colleges?|enterprises?|companies)"
ABOUT_OPERATION = re.compile(
    r"行动|人社|本区|签约|协议|交流会|仪式|政校企|会上|活动|院校|学校|学院|高校|企业|公司|单位|挂牌|plaque|signator|schools?|operation|this district|bureau|agreement|colleges?|enterprises?|compan|meeting|ceremony|event"
)
# The programme and its district are called 本行动 and 本区 here, whatever their names: see Home.neutral.
OPERATION = re.compile(r"本行动|this operation")
JOINED = re.compile(
    r"(?<!可以)(?<!能够)(?<!能)(?<!想)(?:参加|参与|加入)(?!.{0,6}条件)|\b(?:take|takes|took|taking|taken) part\b|\bjoin(?:ed|ing|s)?\b|\bparticipat|\binvolved\b"
)
NOT_PARTNER = re.compile(
    r"[跟和同与]我|给我签|签(?:约|订|署)?后|意义|内容|要做|成为|条件|become|微信|qq|手机|老师|校长|wechat|做(?:了|什么|哪)|什么(?:经验|做法)|(?:哪|讲|说)(?:些|了)(?:什么|经验)|薪|工资|劳动合同|就业协议|培训协议|三方|合同|contract|劳动|保险|单位(?:应|必须)|租"
)
NOUNS = {
    RecordKind.OPENING: r"岗位|职位|职缺|空缺|招聘(?:信息|岗位|职位)?|工作(?!日|经验|时间|年限|地点|制|证)|份工|用工|jobs?|openings?|vacanc(?:y|ies)|positions?|roles?|work\b",
    RecordKind.PROGRAM: r"专业|课程|培训班|培训(?:项目|课程)?|招生(?:计划)?|班(?!车|次|组|主)|majors?|courses?|programs?|programmes?|classes|training(?: courses?)?",
    RecordKind.PARTNER: r"合作(?:单位|院校|企业|学校|伙伴)|partners?",
}
STRONG = {
    RecordKind.OPENING: r"岗位|职位|职缺|空缺|兼职|全职|招聘|招工|招人|招(?!生)|(?:公司|企业|厂|单位|老板)(?:在|要)?请(?!问|假|客|求)|(?:寒|暑|临时|寒暑)假?工(?!资)|有(?:什么|哪些|没有|些)?工(?=做|[?]|$|适合|啱|包|,)|的工(?=有|[?]|$)|工作(?!日|经验|时间|年限|地点|制|证|人员)|份工|求职|缺工|jobs?\b|openings?\b|vacanc(?:y|ies)|positions?\b|hiring|hires?\b|part[- ]time|workers? (?:are )?(?:wanted|needed)|recruit\w*|internships?",
    RecordKind.PROGRAM: r"专业|课程|培训班|学费|学制|招生|majors?\b|courses?\b|programs?\b|programmes?\b|tuition|\bclasses\b|training\b|培训",
}
CLOSES = r"(?:什么时候|几时|几号|哪天|哪一天)(?:就)?(?:报名)?截止|截止(?:日期|时间)?(?:是)?(?:什么时候|几时|几号|哪天)|when do(?:es)? .{0,40}close"
WEAK = {
    RecordKind.OPENING: rf"[年月日时底起]薪|薪酬|工资|薪资|薪水|人工|多少钱1个月|1个月多少钱|包吃|包住|包食宿|做(?!什么的?(?:$|[?])|法|出|到)|有(?:没有|无)?(?:什么|哪些|些)?(?:实习|兼职|暑假工)(?=吗|么|没有|岗|生|机会|的|[?]|$)|实习(?:机会|名额)|哪(?:些|几)?(?:个|家|间)?(?:公司|企业|单位|工厂|厂)(?:现在|还|正)?在?(?:要|需要|收|请|缺)(?!求|签|交|参加|什么|如何|做|有|承担|负)|(?:学历|毕业生?|文凭)(?:的?人?)?(?:可以|能)?(?:做|干)什么|{CLOSES}|(?:要|需要|要求)(?:什么|多高)(?:的)?学历|学历要求|\bearns?\b|\bearnings?\b|pays?\b|paying|salar(?:y|ies)|\bwages?\b|work\b",
    RecordKind.PROGRAM: rf"{CLOSES}|读|学(?!校|院|历|员|生|徒|制|期|位)|报(?!告|销|酬|道)|教(?!师|育|材|授|员|职|学)|班(?!车|次|组|主)|便宜|\d ?\+ ?\d|study|learn|enrol|admission|teach|offers?\b|train",
}
COUNT = r"多少(?:个|家|间|所|种|条|门|份|类|岗|职|专业|课|培训|学校|院校|学院|技校|公司|企业|单位|厂|工作|合作)|有多少$|几(?:个|家|间|所|种|条|门|份|多)|共有|[一1]共有|总共有|how many|number of|count of"
PEOPLE = r"招(?:聘|收|用)?(?:多少|几)(?:个|名|位)(?!岗|职|专业|公司|企业|单位|厂|镇|月|学校)|招(?:聘|收)?(?:多少|几)(?:个|名)?(?:人|工)|招聘?人数(?:是|有)?多少|(?:多少|几)个?(?:名额|人手)|how many (?:people|workers|vacancies|places)|headcount"
EXISTS = r"有没有|有无|有冇|是否有|有.{0,30}(?:吗|么|嘛|不$|没$)|(?:吗|么|嘛)$|招不招|\b(?:is|are) there\b|\bdo(?:es)? .{0,100} (?:have|offer)|\bany\b|does|did|has|have"
# What asks by itself. 想 and 找 in LIST only ask beside a condition, and 吗 only beside 有 or a condition.
PLAINLY = r"多少|几(?:个|家|间|所|种|条|门|份)|共有|[一1]共|总共|how many|number of|有没有|有无|有.{0,12}(?:吗|么)$|\b(?:is|are) there\b|哪些|哪(?:几)?(?:个|家|间|所|种|门)|(?:有|招|开)(?:些)?什么|什么(?:岗位|职位|工作|专业|课程|培训)|哪里|列出|名单|所有|全部|list|show|which|what|available"
LIST = r"哪些|哪里|哪儿|哪(?:几)?(?:个|家|间|所|种|条|门)|什么|有啥|列(?:出|一下|表)|名单|推荐|找|想|看看|查|给我|所有|全部|list|show|find|give me|which|what|looking for|search|all\b|who|谁|where (?:can|do) (?:i|you|we) (?:learn|study|train)"
FIELDS = r"学费|学制|收费|工资|薪资|月薪|待遇|截止|要求|地点|tuition|fees?\b|salary|pay\b|wage|deadline|length|how long|how much"
# What a row says of itself, by kind: asked for alone, it goes on from the rows before.
COMMON_FIELDS = r"截止|地点|要求|deadlines?|requirements?"
FIELDS_OF = {
    RecordKind.OPENING: rf"工资|薪资|月薪|薪水|薪酬|人工|待遇|多少钱|学历|包吃|包住|招几个?人|招多少人|salar(?:y|ies)|\bpay\b|wages?|earn|{COMMON_FIELDS}",
    RecordKind.PROGRAM: rf"学费|收费|多少钱|学制|证书|tuition|fees?\b|cost|how long|length|{COMMON_FIELDS}",
}
ASKS = f"{COUNT}|{LIST}|{EXISTS}"
# How a question begins or ends that goes on from the one before.
LEAD = r"^(?:那么?|还有|and|what about|how about|only)\s*"
GOES_ON = rf"{LEAD}|呢[?!。]*$"
# A noun by itself asks for all rows: 找工作, job openings, 合作单位名单.
STOP = 12  # characters; a longer run of such words is no word, and takes long to look through
# Possessive, here and elsewhere: a text of nothing but such words would otherwise be tried in all ways.
WISH = r"(?:请问|我|想|要|帮我|给我|找|看看?|查|有|份|个|the|list(?: of)?|find|show(?: me)?|see|a|me|all|i'?m|looking for|i want| )*+"
ALONE = {
    RecordKind.OPENING: WISH
    + r"(?:本区)?(?:的)?(?:最新)?(?:招聘)?(?:岗位|职位|工作|份工|招聘|工|jobs?|(?:job )?openings?|vacanc(?:y|ies))(?:信息|列表|名单|做)?(?: list)?(?: in this district)?[?!。啊呀]*",
    RecordKind.PROGRAM: WISH
    + r"(?:本区)?(?:的)?(?:专业|课程|培训(?:班|课程|项目)?|招生(?:专业|计划)?|majors?|courses?|program(?:me)?s?|training(?: courses?| programs?)?)(?:信息|列表|名单)?(?: list)?(?: in this district)?[?!。啊呀]*",
}
COURSES = r"专业|课程|培训|\bmajors?\b|\bcourses?\b"
# In a question of which documents answer the other half, what asks of the rows.
HALF = rf"{PLAINLY}|平均|最高|最低|最多|最便宜|(?:找|想做|想学).{{0,20}}(?:工作|岗位|职位|份工|专业|课程)|\baverage\b|\bhighest\b|\bcheapest\b|looking for"
HAS = r"有没有|有无|有.{0,12}(?:吗|么|嘛|没|不)|\b(?:does|has|have|offers?|any)\b"
# Who did not do it is not recorded; the rows would be those who did.
NOT_THOSE = re.compile(
    r"(?<!有)(?:没有?|未)(?:签|挂|授|发言|作)|除了|(?:n't|not|never) (?:yet )?(?:sign|been|present|receive|get|have)|other than|besides|except"
)
PARTNERS_ALONE = (
    WISH
    + r"(?:合作|成员|签约|挂牌)(?:单位|院校|企业|学校|伙伴)(?:有哪些|名单|列表)?[?!。]*|"
    + WISH
    + r"(?:partners?|signatories|plaque holders|signed (?:schools|colleges))(?: list)?[?!]*"
)
UNITS = {
    RecordKind.OPENING: r"(?:多少|几|哪)(?:几)?(?:家|间|个|些)?(?:公司|企业|单位|厂|工厂|用人单位)|谁(?:在|要)?招|(?:how many|which) (?:companies|employers|enterprises|firms)|who is hiring",
    RecordKind.PROGRAM: r"(?:多少|几|哪|什么)(?:几)?(?:家|间|个|所|些)?(?:学校|技校|院校|学院)|(?:how many|which) (?:schools?|colleges?)",
}


def is_stop(word: str) -> bool:
    """Whether a Chinese word only asks, links or names the thing that is asked for: 有没有, 哪些, 岗位."""
    return len(word) <= STOP and _stop_pattern().fullmatch(word) is not None


@cache
def stop_words() -> frozenset[str]:
    """The same for English."""
    return STOPWORDS_EN | frozenset(row_vocabulary().stop_en)


@cache
def _stop_pattern() -> re.Pattern[str]:
    stops = "|".join(sorted(map(re.escape, row_vocabulary().stop_zh), key=len, reverse=True))
    return re.compile(rf"\A(?:{stops}){{1,{STOP}}}")

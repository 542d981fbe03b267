"""What the words around a number say of it: whose it is, and what it counts."""

from __future__ import annotations

import re
from functools import cached_property

_IS = (
    r"(?:号码|號碼|号|號|码|碼|账号|帳號|账户|是|为|為|係|系|叫|就|我|id|no\.?|number|is|are|at|on|to|me|my|the"
    r"|[\s:=\-_.,\"“'#(\[*>~!❤♥])"
)
LINK = rf"{_IS}{{0,10}}"
PHONE = re.compile(
    rf"(?:电话|電話|手机|手機|手提|座机|座機|固话|固話|家电|联系|聯繫|聯絡|联络|号码|號碼|搵我|打我|打|呼|"
    rf"\b(?:tel|telephone|phone|mobile|cell|call|whatsapp|number|contact)){LINK}$"
)
OWN = re.compile(  # 我公司 is the writer's, while in 我想问公司的电话 the firm is nearer to the number
    r"(?:我们?|咱们?|俺)(?:的)?(?:公司|单位|学校|店|厂|办公室)?|本人|家里|家裡|家电|爸|妈|媽|爹|娘|老公|老婆|儿子|女儿|朋友|亲戚|"
    r"\b(?:my|our|me|mine|i'm|home)(?: (?:office|company|school))?\b"
)
OFFICE = re.compile(
    r"局|厅|中心|办公室|招生办|学校|学院|大学|技校|公司|企业|集团|工厂|政府|街道|居委|村委|机构|部门|科室|大队|支队|窗口|"
    r"热线|熱線|监督|监察|举报|投诉|咨询|前台|总机|客服|招聘|"
    r"\b(?:office|bureau|school|college|company|hotline|centre|center|department|switchboard)\b"
)
ASKED_ABOUT = re.compile(
    r"(?<![\s?？,，])[\s?？,，]*+(?:这个?|呢个)?(?:号码?|电话|電話)?\s*+(?:是|係|属于)(?:不是|唔係|哪|边|邊|谁|誰|什么)"
)
ACCOUNT = re.compile(
    rf"(?:银行卡|銀行卡|信用卡|储蓄卡|社保卡|工资卡|卡号|卡號|的?卡|账号|帳號|账户|帳戶|户头|开户行|"
    rf"\b(?:account|card|iban))(?:里|上|尾号)?{LINK}$"
)
IDENTITY = re.compile(
    r"(?:身份证|身份證|身分證|身分证|护照|護照|通行证|通行證|回乡证|回鄉證|台胞证|台胞證|居住证|居留证|居留許可|社保号|社保卡|"
    r"社会保障号|学籍号|准考证|残疾证|残疾人证|驾驶证|驾照号|军官证|士兵证|退伍证|退役证|证件|證件|"
    rf"\b(?:passport|hkid|id card|id|permit)){LINK}$"
)
CREDIT_CODE = re.compile(rf"(?:信用代码|信用代碼|税号|稅號|纳税人识别号|credit code){LINK}$")
PUBLIC_CODE = re.compile(
    rf"(?:备案?|备|编号|编码|文号|代码|条码|條碼|isbn|issn|订单号?|单号|项目|招标|案号|许可证|邮编|gb/t|gb|iso|型号|订货号|"
    rf"版本|content/[\w]*|post_|第|\bcode){LINK}$"
)
UNIT = re.compile(
    r"\s?(?:元|块|塊|圆|万|亿|人民币|人次|次|平方|㎡|米|吨|转[/每]|公里|度|千瓦|件|分钟|"
    r"(?:rmb|yuan|cny|kg|mm|cm|km|kwh|kw|mpa|rpm)(?![a-z]))"
)
WINDOW = 28  # characters before and after a number that are looked at


def of_office(before: str, behind: str) -> bool:
    """Whether a phone line is an office's: the nearest words ``before`` it name one, or it is asked whose it is."""
    own = max((match.end() for match in OWN.finditer(before)), default=-1)
    office = max((match.end() for match in OFFICE.finditer(before)), default=-1)
    return office > own or (own < 0 and bool(ASKED_ABOUT.match(behind)))


class Before:
    """What the words before a place in a text say; each is looked for once, however many numbers may begin there."""

    def __init__(self, view: str, place: int) -> None:
        self.words = view[max(0, place - WINDOW) : place].casefold()

    @cached_property
    def phone(self) -> bool:
        """Whether a phone number is announced."""
        return bool(PHONE.search(self.words))

    @cached_property
    def account(self) -> bool:
        """Whether a bank card or an account is announced."""
        return bool(ACCOUNT.search(self.words))

    @cached_property
    def identity(self) -> bool:
        """Whether the number of a personal document is announced."""
        return bool(IDENTITY.search(self.words))

    @cached_property
    def credit_code(self) -> bool:
        """Whether the code of a firm is announced."""
        return bool(CREDIT_CODE.search(self.words))

    @cached_property
    def public_code(self) -> bool:
        """Whether a code that is nobody's is announced: of a standard, an order, a filing."""
        return bool(PUBLIC_CODE.search(self.words))

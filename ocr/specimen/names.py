"""Names that say themselves that they are invented, in Chinese and Latin letters."""

from typing import Final

SURNAMES: Final = (
    ("赵", "Zhao"),
    ("钱", "Qian"),
    ("孙", "Sun"),
    ("李", "Li"),
    ("周", "Zhou"),
    ("吴", "Wu"),
    ("郑", "Zheng"),
    ("王", "Wang"),
    ("冯", "Feng"),
    ("陈", "Chen"),
    ("蒋", "Jiang"),
    ("沈", "Shen"),
    ("韩", "Han"),
    ("杨", "Yang"),
    ("许", "Xu"),
    ("何", "He"),
    ("吕", "Lü"),
    ("张", "Zhang"),
    ("孔", "Kong"),
    ("曹", "Cao"),
    ("严", "Yan"),
    ("魏", "Wei"),
    ("谢", "Xie"),
    ("苏", "Su"),
    ("潘", "Pan"),
    ("范", "Fan"),
    ("彭", "Peng"),
    ("鲁", "Lu"),
    ("马", "Ma"),
    ("方", "Fang"),
    ("任", "Ren"),
    ("袁", "Yuan"),
)
GIVEN: Final = (
    ("样本", "Yangben"),
    ("示例", "Shili"),
    ("范本", "Fanben"),
    ("虚构", "Xugou"),
    ("试样", "Shiyang"),
    ("假名", "Jiaming"),
    ("模拟", "Moni"),
    ("样明", "Yangming"),
    ("例文", "Liwen"),
    ("拟真", "Nizhen"),
    ("样", "Yang"),
    ("例", "Li"),
    ("试文", "Shiwen"),
    ("样华", "Yanghua"),
    ("范例", "Fanli"),
    ("拟", "Ni"),
)
MARKS: Final = (
    ("虚构", "Xugou"),
    ("示例", "Shili"),
    ("范本", "Fanben"),
    ("拟真", "Nizhen"),
    ("试样", "Shiyang"),
    ("样板", "Yangban"),
)
TRADES: Final = (
    ("远航", "Yuanhang"),
    ("恒信", "Hengxin"),
    ("众诚", "Zhongcheng"),
    ("联丰", "Lianfeng"),
    ("宏达", "Hongda"),
    ("瑞通", "Ruitong"),
)
CITIES: Final = (
    ("样本市", "Yangben"),
    ("示例市", "Shili"),
    ("范本市", "Fanben"),
    ("虚构市", "Xugou"),
    ("拟真市", "Nizhen"),
)
STREETS: Final = (
    "中山路",
    "人民路",
    "建设大道",
    "解放路",
    "长江路",
    "文化路",
    "新华街",
    "和平路",
    "科技园路",
    "滨河东路",
)
DISTRICTS: Final = ("东城区", "西湖区", "南山区", "北林区", "高新区", "开发区")
BRANDS: Final = (
    ("样本牌", "Yangben", "YB", ("远行", "Voyager")),
    ("示例牌", "Shili", "SL", ("晨星", "Dawn")),
    ("范本牌", "Fanben", "FB", ("飞驰", "Swift")),
    ("虚构牌", "Xugou", "XG", ("云途", "Skyway")),
    ("拟真牌", "Nizhen", "NZ", ("山海", "Summit")),
)
COLOURS: Final = (
    ("白色", "White"),
    ("黑色", "Black"),
    ("银色", "Silver"),
    ("灰色", "Grey"),
    ("红色", "Red"),
    ("蓝色", "Blue"),
)
BANKS: Final = (
    ("样本银行", "Specimen Bank"),
    ("示例商业银行", "Shili Commercial Bank"),
    ("虚构农村银行", "Xugou Rural Bank"),
)
INSURERS: Final = (
    "样本财产保险股份有限公司",
    "示例财产保险有限责任公司",
    "虚构人民财产保险股份有限公司",
    "范本联合保险股份有限公司",
)
GROUPS: Final = ("汉", "汉", "汉", "汉", "满", "回", "壮", "苗", "土家", "蒙古")

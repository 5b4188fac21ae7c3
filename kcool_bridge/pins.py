"""The packages that the bridge is made of: for each Keras the wheels that belong to it, with their hashes.

A companion package is the newest one that the Keras of that row admits, as an environment of its time would have it
today; Keras 2.2.4's conformance list was written with these.
"""
from typing import NamedTuple

__all__ = ["DEFAULT", "PINS", "Wheel"]

DEFAULT = "2.2.4"


class Wheel(NamedTuple):
    """One file of the package index.

    Attributes:
        package: what is imported.
        version: its release.
        file: the name of the wheel.
        sha256: of the wheel.
        record: SHA-256 of its RECORD, which lists the hash of every other file in it.
    """

    package: str
    version: str
    file: str
    sha256: str
    record: str


def _wheel(package, version, sha256, record, tags="py2.py3-none-any"):
    name = "_".join(part.capitalize() for part in package.split("_"))
    return Wheel(package, version, f"{name}-{version}-{tags}.whl", sha256, record)


def _keras(version, sha256, record):
    return _wheel("keras", version, sha256, record)


_APPLICATIONS = {
    "1.0.2": _wheel("keras_applications", "1.0.2", "9924be748e5d180806d133c714d22895b997ed722757491dd99538851145d3bf",
                    "9adb8e56cb90be1dd15060c56af56300473300c9c11733bb0a5624c79535ddcd"),
    "1.0.4": _wheel("keras_applications", "1.0.4", "0ee155e0e07b8a614c92a72bba081264b69ecd91d74c742488054dc89e24b05e",
                    "e7775801470a70343057cdf74d368d96fa86854650f583ae82eaf2a69d7ce31b"),
    "1.0.8": _wheel("keras_applications", "1.0.8", "df4323692b8c1174af821bf906f1e442e63fa7589bf0f1230a0b6bdc5a810c95",
                    "4a1c9f78ff35596a4bebb5d9d589072592ad6d62f38d08bb9cb4e8bb3745e76a", tags="py3-none-any"),
}
_PREPROCESSING = {
    "1.0.1": _wheel("keras_preprocessing", "1.0.1", "5283236f0b22a57b30bda766fc819b2ed2483c52f3e1f8b39fcc528f51f772e7",
                    "28a48ad4d77484b7a3a899ec05f9c71b68228849c8c0be1e3d7876c8c2e6cc89"),
    "1.0.2": _wheel("keras_preprocessing", "1.0.2", "f44ab7bac195ae77ace2ce082413de2d6794e89d09a71a822a6bafd2aa32276b",
                    "1d3a95d76ce435ce0ea71ea7d6d2a8d8ed32df999972d7bb3792b1962d56852a"),
    "1.1.2": _wheel("keras_preprocessing", "1.1.2", "7b82029b130ff61cc99b55f3bd27427df4838576838c5b2f65940e4fcec99a7b",
                    "1ac591836da792640c712320fe5145d2155afaf46c66268cc2900739ea816b77"),
}


def _row(version, sha256, record, applications="1.0.8", preprocessing="1.1.2"):
    return version, (_keras(version, sha256, record), _APPLICATIONS[applications], _PREPROCESSING[preprocessing])


#: Keras release -> the wheels that are unpacked into one folder for it, Keras first.
PINS = dict((
    _row("2.2.0", "fa71a1f576dbd643532b872b8952afb65cc3ff7ed20d172e6b49657b710b43d0",
         "018f6d9930cdcc0868cbb4a91e8b3c0b3e07cb7976977842340a721a451443ec", "1.0.2", "1.0.1"),
    _row("2.2.1", "64633419cb4ca46402b1da1ae76b19e23913131a0e43b2fa0afa276f187c14be",
         "60a0b8f6c7ead345e431835e17fb5d3671c431b1adf738ec0ddd43d9baa7327e", "1.0.4", "1.0.2"),
    _row("2.2.2", "253cce021d73fa6d6e69e740bd985d6e2419dcb9fca96b2c8dbdd1736e3ec68d",
         "ff12f89323224eb63c44d42dddf943006c421dda285aef3cbe34da3e684ad62a", "1.0.4", "1.0.2"),
    _row("2.2.3", "fd5a2b129d3eba8cdb2b0454b7abfae4b9d8c9e17d0300cd66bba43de8d256f2",
         "8e7eb6550c5057307f2f4712d332932e1216b81ff9784b92124d849fdc84c91a"),
    _row("2.2.4", "794d0c92c6c4122f1f0fcf3a7bc2f49054c6a54ddbef8d8ffafca62795d760b6",
         "dc298b924bf651a242a642fe4254ecaa375448ee83ab2924effda31cfe6f740a"),
    _row("2.2.5", "5a75cfdf69c6cb9de81a82aa19542ac69a5c2e78a48a58c1649fc5cdb55c917c",
         "87b4f7db0c85356d6af3599980704a74d04a2d55ff7b8fb267100dad4978e9da"),
    _row("2.3.0", "ff7db814756d9106c273afc4bd798f48924fa66f9328157a4b722d535baef363",
         "ca68556a5a28de9450828bc4d175bb766dd0cd6a341d1a5512ac9319566d516d"),
    _row("2.3.1", "d08a57bd63546175f8f19232ba05906514d419da3e0af8ef7437fa1c11442e20",
         "2041c81836ce27bf425c497e3d35a0aaffdbc8adfe62db9246a13f60223087e0"),
))

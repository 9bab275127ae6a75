"""NetBox' exports of a small city, with the heads of its tables."""

from pathlib import Path

SITES = """\
ID,Name,Slug,Status,Facility,Region,Group,Tenant,Tenant Group,ASNs,ASN Count,Time Zone,Description,\
Physical Address,Shipping Address,Latitude,Longitude,Comments,Contacts,Tags,Created,Last updated,Pantau users
1,Pontive Center,noc,Active,,Pontianak Kota,NOC,,,,0,Asia/Pontianak,,,,-0.022440,109.337800,,,,2026-01-02,,
2,POP Pontianak Selatan,pop-selatan,Active,,Pontianak Selatan,POP,,,,0,,Rak di lantai 2,,,,,,,,,,
3,Kampung Digital Gradasi,gradasi,Active,,Pontianak Selatan,Hotspot,,,,0,,,,,,,,Pak Budi,,,,180
4,Dinas Kesehatan,dinkes,Active,,Pontianak Kota,Kantor,,,,0,,,,,,,,,,,,
5,Gudang,gudang,Active,,Pontianak Kota,,,,,0,,,,,,,,,,,,
6,Pasar Lama,pasar-lama,Retired,,,Hotspot,,,,0,,,,,,,,,,,,
7,A,a,Active,,,Hotspot,,,,0,,,,,,,,,,,,
"""
DEVICES = """\
Name,Status,Tenant,Site,Location,Rack,Role,Manufacturer,Type,IP Address
noc-rtr,Active,,Pontive Center,,R1,Core Router,MikroTik,CCR2004,10.61.0.1/24
selatan-rtr,Active,,POP Pontianak Selatan,,,Router,MikroTik,RB4011,10.61.2.1/24
selatan-ups,Active,,POP Pontianak Selatan,,,UPS,Socomec,NeTYS,10.61.2.9/24
Radio Utara #1,Active,,POP Pontianak Selatan,,,Radio PtP,Ubiquiti,LiteBeam 5AC,10.61.2.7/24
patch-1,Active,,POP Pontianak Selatan,,,Patch Panel,Generic,24 ports,
gradasi-rtr,Active,,Kampung Digital Gradasi,,,Router,MikroTik,hAP ac2,10.61.2.1/24
dinkes-rtr,Planned,,Dinas Kesehatan,,,Router,MikroTik,hAP ac2,10.61.7.1/24
gudang-rtr,Active,,Gudang,,,Router,MikroTik,hAP ac2,10.61.8.1/24
,Active,,Dinas Kesehatan,,,Switch,Ruijie,RG-S1908,10.61.7.2/24
"""
CABLES = """\
ID,Label,Termination A,Termination B,Device A,Device B,Rack A,Rack B,Site A,Site B,Status,Type
1,BB-01,sfp1,sfp1,noc-rtr,selatan-rtr,,,Pontive Center,POP Pontianak Selatan,Connected,SMF (OS2)
2,,ether1,ether1,selatan-rtr,patch-1,,,POP Pontianak Selatan,POP Pontianak Selatan,Connected,CAT6
3,FO-DINKES,ether1,sfp2,dinkes-rtr,noc-rtr,,,Dinas Kesehatan,Pontive Center,Connected,SMF
4,BB-02,sfp2,sfp2,noc-rtr,selatan-rtr,,,Pontive Center,POP Pontianak Selatan,Connected,SMF
5,RING,ether5,ether5,dinkes-rtr,selatan-rtr,,,Dinas Kesehatan,POP Pontianak Selatan,Planned,SMF
6,GUDANG,ether5,ether5,gudang-rtr,noc-rtr,,,Gudang,Pontive Center,Connected,CAT6
"""
WIRELESS = """\
ID,Status,Device A,Interface A,Device B,Interface B,SSID,Authentication Type,Description
1,Connected,Radio Utara #1,wlan1,gradasi-rtr,wlan1,ptp-gradasi,,
2,Connected,unknown,wlan1,gradasi-rtr,wlan1,ptp-x,,
"""
CIRCUITS = """\
Circuit ID,Provider,Type,Status,Tenant,Side A,Side Z,Description
K-017/2026,ISP Borneo,Fiber,Active,,Pontive Center,,
K-018/2026,ISP Borneo,Fiber,Active,,Awan,,
"""


def save(folder: Path, **texts: str) -> list[Path]:
    """netbox_NAME.csv for each."""
    folder.mkdir(exist_ok=True)
    files = []
    for name, text in texts.items():
        file = folder / f"netbox_{name}.csv"
        file.write_text(text, encoding="utf-8")
        files.append(file)
    return files


ALL = {
    "sites": SITES,
    "devices": DEVICES,
    "cables": CABLES,
    "wireless": WIRELESS,
    "circuits": CIRCUITS,
}

"""The Wi-Fi of a chip: joins in the background. Loaded where the config has `network`.

`active` loads the radio's own firmware (1.6 s on a Pico W), so it is done before the scan begins; `connect` and `status`
come back at once. No access point is ever opened, and WebREPL stays off.
"""

import network


class Radio:
    """Joins one network, WPA2 or WPA3; without a name it stays alone."""

    def __init__(self, ssid: str, key: str):
        self.ssid = ssid
        self.key = key
        for other in (getattr(network, "AP_IF", None), getattr(network.WLAN, "IF_AP", None)):
            if other is not None:
                network.WLAN(other).active(False)
        self.wlan = network.WLAN(network.STA_IF)
        if ssid:
            self.wlan.active(True)
            self.awake()

    def awake(self) -> None:
        """No power saving: its naps of 100 ms are the delay of every press; the board has mains."""
        try:
            self.wlan.config(pm=getattr(self.wlan, "PM_NONE", 0xA11140))  # of the CYW43 (Pico W SDK guide, 3.6.3)
        except (OSError, ValueError):
            pass  # a port without that setting

    def up(self) -> bool:
        """Whether it is joined."""
        return self.wlan.isconnected()

    def join(self) -> None:
        """Begin to join; called again while that does not succeed."""
        if not self.ssid:
            return
        try:
            self.wlan.disconnect()
            self.wlan.connect(self.ssid, self.key)
        except OSError:
            pass  # the radio is still at the last try; the next one comes

    def address(self) -> str:
        """Where this node is."""
        return self.wlan.ifconfig()[0]

    def dns(self) -> str:
        """The name server that the Wi-Fi gave."""
        return self.wlan.ifconfig()[3]

"""A variable-speed output: pump drive, fan or compressor, 0 to 1000 per mille (0 to 10 V)."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..hardware import AnalogOut


class SpeedOutput:
    """Writes a board's analog output (`set_pm`) when the value changes."""

    def __init__(self, output: "AnalogOut"):
        self.output = output
        self.pm = 0
        output.set_pm(0)

    def command(self, pm: int) -> None:
        """Set the output, 0 to 1000 pm. ValueError outside: a wrong speed must not reach a motor."""
        if pm != self.pm:
            if not 0 <= pm <= 1000:
                raise ValueError(pm)
            self.pm = pm
            self.output.set_pm(pm)

    def safe(self) -> None:
        """Zero, whatever was believed before."""
        self.pm = 0
        self.output.set_pm(0)

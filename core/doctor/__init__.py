"""What works on this computer and what doesn't, with advice: for `notula doctor` and the help page."""

from core.doctor.checkup import check_up
from core.doctor.probes import Probes
from core.system.display import has_display

__all__ = ["Probes", "check_up", "has_display"]

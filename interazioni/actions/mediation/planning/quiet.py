"""HiGHS without its words: whoever plans from the shell reads only what we say."""

from __future__ import annotations

import highspy


class Solver(highspy.Highs):
    """Silent from the beginning. `output_flag` set after it was made is too late: enabling the callbacks prints a banner already."""

    def enableCallbacks(self) -> None:  # noqa: N802  # its name
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()

"""How far the simulation is from real Go, as a published number.

``python -m gosched_edu.fidelity`` (``make fidelity``) runs a suite of programs in both, measures
latencies in both, and writes what it found to ``recorded.json`` and to the book's appendix. The page
is made from the recorded file, so it needs no Go.
"""

from gosched_edu.fidelity.suite import Program, Verdict, programs, verdict

__all__ = ["Program", "Verdict", "programs", "verdict"]

"""What the kernel costs, against C, against SimPy, and against its promises.

Run ``python -m benchmarks`` (or ``make bench``).
"""

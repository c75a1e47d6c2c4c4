"""The quick suite passes with the kernel as it is, and fails with each of its rules broken."""

from __future__ import annotations

import pytest
from fast_checks import CHECKS
from mutants import MUTANTS


@pytest.mark.parametrize("check", CHECKS, ids=lambda c: c.__name__)
def test_the_runtime_keeps_its_rules(check):
    check()


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: f"{m.where}: {m.rule}")
def test_a_broken_rule_is_noticed(mutant):
    with mutant.applied():
        for check in CHECKS:
            try:
                check()
            except Exception:  # noqa: BLE001 - a wrong index or an endless run is a notice too
                return
    pytest.fail(f"no check noticed that it is not true any more that {mutant.rule}")

"""Decoupled weight decay at rates that differ from weight to weight."""

__all__ = ["DecayByMultiplier"]


class DecayByMultiplier:
    """Beside an optimizer with ``weight_decay`` and ``_apply_weight_decay(variables)``: decays by ``_multiplier``."""

    def _apply_weight_decay(self, variables):
        decay = self.weight_decay
        if decay is None:
            return
        try:
            for multiplier in sorted(set(map(self._multiplier, variables))):
                self.weight_decay = decay * multiplier
                super()._apply_weight_decay([one for one in variables if self._multiplier(one) == multiplier])
        finally:
            self.weight_decay = decay

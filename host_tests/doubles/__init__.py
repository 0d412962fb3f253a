"""Doubles that several tests share: houses, the toy house, a wire, a hand-held remote, a fake chip, peers."""

"""`MF6=path/of/mf6 python -m reference.modflow`: the house's well in MODFLOW 6, as an independent solver.

Needs flopy (tools/requirements-reference.txt) and an mf6 of 6.4 or later. Heat is carried as a solute: porosity stands for
rho c / rho c_w, diffusion for lambda / rho c. The ring is laid out as one row whose conductivities and porosities grow with
the radius (Langevin 2008). Water of 1 K is pressed in at nominal flow; the well's own exchange is left out.
"""

from __future__ import annotations

import dataclasses
import math
import os
import sys
import tempfile

import numpy as np
from scipy.sparse import diags

from plant import well

from . import ground

DAY = 86400.0
DAYS = (7, 15, 30, 60, 120, 240, 365)


class Pressing(ground.Model):
    """The reference with water of a given temperature pressed in, not fed back."""

    def _couple(self) -> None:
        self.loss = self.loss + diags(self.capacity_w_k * self.draw)


def ours(model: Pressing) -> list[float]:
    """Temperature of the water lifted at `DAYS`."""
    t, now, found = np.zeros(model.n), 0.0, []
    for day in DAYS:
        step = model.stepper((day - now) * DAY / 16)
        for _ in range(16):
            t, _ = step(t, -model.capacity_w_k)
        now, found = day, [*found, float(model.draw @ t)]
    return found


def _grid(model: Pressing) -> tuple[dict, np.ndarray]:
    m = model.mesh
    _, nz, nr = m.shape
    return dict(nlay=nz, nrow=1, ncol=nr, delr=np.diff(m.r), delc=1.0, top=0.0, botm=-m.z[1:]), \
        2.0 * math.pi * model.faces.rc


def theirs(model: Pressing, mf6: str, scheme: str) -> tuple[list[float], float, float]:
    """(temperatures at `DAYS`, injection rise, drawdown) by MODFLOW 6; RuntimeError when it does not converge."""
    import flopy
    api, p = flopy.mf6, model.p
    grid, ring = _grid(model)
    nz, nr = grid["nlay"], grid["ncol"]
    press, draw = (share.reshape(nz, nr)[:, 0] for share in (model.press, model.draw))
    with tempfile.TemporaryDirectory() as folder:
        sim = api.MFSimulation(sim_ws=folder, exe_name=mf6)
        periods = [(float(b - a), 32, 1.0) for a, b in zip((0, *DAYS), DAYS)]
        api.ModflowTdis(sim, nper=len(periods), perioddata=periods, time_units="days")
        flow, heat = api.ModflowGwf(sim, modelname="flow", save_flows=True), api.ModflowGwt(sim, modelname="heat")
        for name in ("flow", "heat"):
            solver = api.ModflowIms(sim, filename=f"{name}.ims", linear_acceleration="BICGSTAB", inner_dvclose=1e-9,
                                    outer_dvclose=1e-8, inner_maximum=500, outer_maximum=100)
            sim.register_ims_package(solver, [name])
        api.ModflowGwfdis(flow, **grid)
        k, k33 = ((x[0] * DAY * ring).reshape(nz, 1, nr) for x in (model.k_r, model.k_z))
        api.ModflowGwfnpf(flow, icelltype=0, k=k, k33=k33, save_specific_discharge=True, save_saturation=True)
        api.ModflowGwfic(flow, strt=0.0)
        api.ModflowGwfchd(flow, stress_period_data=[[(layer, 0, nr - 1), 0.0] for layer in range(nz)])
        amount = model.flow * DAY
        wells = [[(i, 0, 0), amount * press[i], 1.0] for i in range(nz) if press[i]]
        wells += [[(i, 0, 0), -amount * draw[i], 0.0] for i in range(nz) if draw[i]]
        api.ModflowGwfwel(flow, stress_period_data=wells, auxiliary="warmth", pname="wells")
        api.ModflowGwfoc(flow, head_filerecord="flow.hds", saverecord=[("head", "last")])
        api.ModflowGwtdis(heat, **grid)
        api.ModflowGwtmst(heat, porosity=np.broadcast_to(p.ground_j_m3k / ground.RHOC_WATER * ring, (nz, 1, nr)).copy())
        api.ModflowGwtic(heat, strt=0.0)
        api.ModflowGwtadv(heat, scheme=scheme)
        api.ModflowGwtdsp(heat, xt3d_off=True, diffc=p.ground_w_mk / p.ground_j_m3k * DAY, alh=p.dispersivity_m, ath1=0.0,
                          alv=p.dispersivity_m)
        api.ModflowGwtssm(heat, sources=[("wells", "AUX", "warmth")])
        api.ModflowGwtcnc(heat, stress_period_data=[[(i, 0, c), 0.0] for i in (0, nz - 1) for c in range(nr)])
        api.ModflowGwtoc(heat, concentration_filerecord="heat.ucn", saverecord=[("concentration", "last")])
        api.ModflowGwfgwt(sim, exgtype="GWF6-GWT6", exgmnamea="flow", exgmnameb="heat")
        sim.write_simulation(silent=True)
        done, said = sim.run_simulation(silent=True)
        if not done:
            raise RuntimeError(f"{mf6} did not converge: {said[-3:]}")
        field = flopy.utils.HeadFile(os.path.join(folder, "heat.ucn"), text="CONCENTRATION")
        found = [float(draw @ field.get_data(totim=t)[:, 0, 0]) for t in field.get_times()]
        head = flopy.utils.HeadFile(os.path.join(folder, "flow.hds")).get_data()[:, 0, 0]
    return found, float(press @ head), float(-draw @ head)


def main() -> None:
    """Print both, by MODFLOW 6's two linear schemes."""
    mf6 = os.environ.get("MF6", "")
    if not mf6:
        sys.exit("say where mf6 is: make reference-modflow MF6=/path/of/mf6")
    model = Pressing(dataclasses.replace(well.HOUSE, riser_w_mk=0.0), well.HOUSE.nominal_m3h / 3600.0, 0.0, 2.0)
    print(f"{'K at day':30s}" + "".join(f"{d:9d}" for d in DAYS))
    print(f"{'reference':30s}" + "".join(f"{t:9.4f}" for t in ours(model)),
          f" rise {model.injection_rise_m():.3f} m, drawdown {model.drawdown_m():.3f} m")
    for scheme in ("UPSTREAM", "CENTRAL"):
        found, rise, down = theirs(model, mf6, scheme)
        print(f"{'MODFLOW 6, ' + scheme.lower():30s}" + "".join(f"{t:9.4f}" for t in found),
              f" rise {rise:.3f} m, drawdown {down:.3f} m")


if __name__ == "__main__":
    main()

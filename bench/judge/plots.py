"""Calibration plots as SVG, drawn by hand so that the bench needs no plotting library."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scores import calibration

_SIZE, _EDGE = 320, 44


def write_calibration(path: Path, pairs: Sequence[tuple[float, bool]], title: str) -> None:
    """Said against happened, a dot for each tenth, its area by how often that was said; on the diagonal is right."""
    bins = calibration(pairs)
    most = max(n for _, _, n in bins)
    scale = _SIZE - 2 * _EDGE

    def x(p: float) -> float:
        return _EDGE + p * scale

    def y(p: float) -> float:
        return _SIZE - _EDGE - p * scale

    dots = "".join(
        f'<circle cx="{x(said):.1f}" cy="{y(came):.1f}" r="{3 + 9 * (n / most) ** 0.5:.1f}" fill="#36c" fill-opacity=".7">'
        f"<title>said {said:.2f}, came {came:.2f}, {n} times</title></circle>"
        for said, came, n in bins
    )
    ticks = "".join(
        f'<text x="{x(t):.0f}" y="{_SIZE - _EDGE + 18}" text-anchor="middle">{t:g}</text>'
        f'<text x="{_EDGE - 8}" y="{y(t) + 4:.0f}" text-anchor="end">{t:g}</text>'
        for t in (0, 0.5, 1)
    )
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIZE} {_SIZE}" font-family="sans-serif" font-size="12">'
        f'<rect width="{_SIZE}" height="{_SIZE}" fill="#fff"/>'
        f'<rect x="{_EDGE}" y="{_EDGE}" width="{scale}" height="{scale}" fill="none" stroke="#999"/>'
        f'<line x1="{x(0)}" y1="{y(0)}" x2="{x(1)}" y2="{y(1)}" stroke="#999" stroke-dasharray="4 4"/>{dots}{ticks}'
        f'<text x="{_SIZE / 2}" y="24" text-anchor="middle">{title}</text>'
        f'<text x="{_SIZE / 2}" y="{_SIZE - 8}" text-anchor="middle">said</text>'
        f'<text transform="translate(12 {_SIZE / 2}) rotate(-90)" text-anchor="middle">came true</text></svg>\n',
        encoding="utf-8",
    )

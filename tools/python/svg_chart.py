"""Line charts as SVG text: panels side by side, one legend. No libraries."""
from xml.sax.saxutils import escape

PANEL_W, PANEL_H = 330, 250
LEFT, TOP, RIGHT, GAP_X, GAP_Y, LEGEND_H = 58, 34, 18, 66, 70, 64
COLOURS = ["#1f5fa8", "#c2410c", "#0f7b4d", "#7c3aed", "#b58900", "#475569", "#be185d", "#0891b2", "#713f12"]
STYLE = ("text{font:12px system-ui,sans-serif;fill:#222}.title{font-weight:600;font-size:13px}"
         ".grid{stroke:#e2e2e2}.axis{stroke:#555}.line{fill:none;stroke-width:2}")


class Series:
    """Points (x, y) under one name; points may be missing. `line` False gives
    marks alone, `dash` an interrupted line."""

    def __init__(self, name, line=True, dash=False):
        self.name, self.line, self.dash = name, line, dash


def _steps(low, high, step):
    first = -(-low // step) * step
    return [first + i * step for i in range(int((high - first) / step) + 1)]


def _mark(index, x, y, colour):
    """Shapes differ, so that colours need not be told apart."""
    kind = index % 4
    if kind == 0:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.6" fill="{colour}"/>'
    if kind == 1:
        return f'<rect x="{x - 3.3:.1f}" y="{y - 3.3:.1f}" width="6.6" height="6.6" fill="{colour}"/>'
    if kind == 2:
        return f'<path d="M{x:.1f} {y - 4.4:.1f}l4.4 7.6h-8.8z" fill="{colour}"/>'
    return f'<path d="M{x:.1f} {y - 4.8:.1f}l4.8 4.8l-4.8 4.8l-4.8 -4.8z" fill="{colour}"/>'


def chart(panels, series, x_label, y_label, x_step=1, y_step=10, y_most=60, columns=2):
    """`panels` maps a title to {series name: [(x, y), ...]}. All panels share
    their axes; what lies above y_most is left out."""
    panels = {title: {name: [p for p in line if p[1] <= y_most] for name, line in drawn.items()}
              for title, drawn in panels.items()}
    points = [p for drawn in panels.values() for line in drawn.values() for p in line]
    x0, x1 = min(p[0] for p in points), max(p[0] for p in points)
    y0 = min(0, min(p[1] for p in points) // y_step * y_step)
    y1 = -(-max(p[1] for p in points) // y_step) * y_step
    rows = -(-len(panels) // columns)
    width = LEFT + columns * PANEL_W + (columns - 1) * GAP_X + RIGHT
    height = TOP + rows * PANEL_H + (rows - 1) * GAP_Y + 48 + LEGEND_H
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
           f'viewBox="0 0 {width} {height}"><style>{STYLE}</style>',
           f'<rect width="{width}" height="{height}" fill="#fff"/>']
    for n, (title, drawn) in enumerate(panels.items()):
        left = LEFT + n % columns * (PANEL_W + GAP_X)
        top = TOP + n // columns * (PANEL_H + GAP_Y)
        bottom = top + PANEL_H
        at_x = lambda x: left + 10 + (x - x0) / max(x1 - x0, 1) * (PANEL_W - 20)
        at_y = lambda y: bottom - (y - y0) / (y1 - y0) * PANEL_H
        out.append(f'<text class="title" x="{left}" y="{top - 12}">{escape(title)}</text>')
        for y in _steps(y0, y1, y_step):
            out.append(f'<path class="grid" d="M{left} {at_y(y):.1f}h{PANEL_W}"/>'
                       f'<text x="{left - 7}" y="{at_y(y) + 4:.1f}" text-anchor="end">{y:g}</text>')
        for x in _steps(x0, x1, x_step):
            out.append(f'<path class="axis" d="M{at_x(x):.1f} {bottom}v4"/>'
                       f'<text x="{at_x(x):.1f}" y="{bottom + 18}" text-anchor="middle">{x:g}</text>')
        out.append(f'<path class="axis" fill="none" d="M{left} {top}V{bottom}h{PANEL_W}"/>')
        out.append(f'<text x="{left + PANEL_W / 2}" y="{bottom + 36}" text-anchor="middle">{escape(x_label)}</text>')
        middle = (top + bottom) / 2
        out.append(f'<text transform="translate({left - 38} {middle}) rotate(-90)" '
                   f'text-anchor="middle">{escape(y_label)}</text>')
        for index, one in enumerate(series):
            line = [(at_x(x), at_y(y)) for x, y in drawn.get(one.name, [])]
            colour = COLOURS[index % len(COLOURS)]
            if one.line and len(line) > 1:
                dash = ' stroke-dasharray="6 4"' if one.dash else ""
                out.append(f'<polyline class="line" stroke="{colour}"{dash} points="'
                           + " ".join(f"{x:.1f},{y:.1f}" for x, y in line) + '"/>')
            out += [_mark(index, x, y, colour) for x, y in line]
    out += _legend(series, height - LEGEND_H + 16, width)
    return "\n".join(out) + "\n</svg>\n"


def _legend(series, top, width):
    out, per_row = [], -(-len(series) // 2)
    step = (width - LEFT - RIGHT) / per_row
    for index, one in enumerate(series):
        x, y = LEFT + index % per_row * step, top + index // per_row * 24
        colour = COLOURS[index % len(COLOURS)]
        if one.line:
            dash = ' stroke-dasharray="6 4"' if one.dash else ""
            out.append(f'<path class="line" stroke="{colour}"{dash} d="M{x:.1f} {y}h26"/>')
        out.append(_mark(index, x + 13, y, colour))
        out.append(f'<text x="{x + 33:.1f}" y="{y + 4}">{escape(one.name)}</text>')
    return out

"""Which colours do the inks of a chart have?

The series' colours are those of the 256-colour cube that stay furthest apart for colour-blind eyes,
blue and orange first; being of the cube, tmux and SSH show them unchanged. Invariant: every ink
has a colour on dark, light and terminal-coloured themes, and an app's style sheet can change it.
"""

STYLE_SHEET = """
Chart {
    width: 1fr;
    height: 1fr;
    &> .chart--title { text-style: bold; }
    &:focus > .chart--title { color: $text-accent; }
    &> .chart--label { color: $text-muted; }
    &> .chart--axis { color: $text-disabled; }
    &> .chart--band { color: #585858; background: #303030; }
    &> .chart--marker { color: #8a8a8a; }
    &> .chart--suggestion { color: #ffd75f; text-style: bold; }
    &> .chart--cursor { color: #ffffff; text-style: bold; }
    &> .chart--muted { color: #767676; }
    &> .chart--series-1 { color: #5fafff; }
    &> .chart--series-2 { color: #ffaf00; }
    &> .chart--series-3 { color: #ffd7ff; }
    &> .chart--series-4 { color: #87af5f; }
    &> .chart--series-5 { color: #afff87; }
    &> .chart--series-6 { color: #d75f87; }
    &:light > .chart--band { color: #a8a8a8; background: #c6c6c6; }
    &:light > .chart--marker { color: #767676; }
    &:light > .chart--suggestion { color: #875f00; }
    &:light > .chart--cursor { color: #000000; }
    &:light > .chart--muted { color: #949494; }
    &:light > .chart--series-1 { color: #005faf; }
    &:light > .chart--series-2 { color: #d75f00; }
    &:light > .chart--series-3 { color: #5f0000; }
    &:light > .chart--series-4 { color: #8700ff; }
    &:light > .chart--series-5 { color: #af5f87; }
    &:light > .chart--series-6 { color: #00005f; }
    &:ansi > .chart--label { color: ansi_default; }
    &:ansi > .chart--axis { color: ansi_default; text-style: dim; }
    &:ansi > .chart--band { color: ansi_default; text-style: dim; }
    &:ansi > .chart--marker { color: ansi_default; text-style: dim; }
    &:ansi > .chart--suggestion { color: ansi_yellow; }
    &:ansi > .chart--cursor { color: ansi_default; }
    &:ansi > .chart--muted { color: ansi_default; text-style: dim; }
    &:ansi > .chart--series-1 { color: ansi_blue; }
    &:ansi > .chart--series-2 { color: ansi_yellow; }
    &:ansi > .chart--series-3 { color: ansi_cyan; }
    &:ansi > .chart--series-4 { color: ansi_magenta; }
    &:ansi > .chart--series-5 { color: ansi_green; }
    &:ansi > .chart--series-6 { color: ansi_red; }
}
"""
"""Component classes are `chart--` and the ink's name; those of `:dark` themes come first."""

"""Colours can be read on what they stand on, on white paper and on dark."""

import pytest

from templates.pictures.canvas.palette import DARK, LIGHT, PLAIN, css


def luminance(colour: str) -> float:
    """https://www.w3.org/TR/WCAG21/#dfn-relative-luminance"""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("paper", "layers"), [("light", LIGHT), ("dark", DARK)])
def test_every_text_has_the_contrast_of_aa_on_everything_that_it_can_stand_on(
    paper: str, layers: tuple[tuple[str, str], ...]
) -> None:
    ground, panel, words, quiet, _, _ = PLAIN[paper]
    for under in (ground, panel, *(fill for fill, _ in layers)):
        assert contrast(words, under) >= 7
        assert contrast(quiet, under) >= 4.5


@pytest.mark.parametrize(("paper", "layers"), [("light", LIGHT), ("dark", DARK)])
def test_edges_and_arrows_have_the_contrast_of_graphics_on_the_paper(
    paper: str, layers: tuple[tuple[str, str], ...]
) -> None:
    ground, _, _, _, edge, arrow = PLAIN[paper]
    assert all(contrast(colour, ground) >= 3 for colour in (edge, arrow, *(edge for _, edge in layers)))


def test_layers_have_colours_of_their_own() -> None:
    assert len(set(LIGHT)) == len(set(DARK)) == len(LIGHT) == len(DARK) == 8


def test_the_dark_colours_stand_in_their_media_query_alone() -> None:
    light, _, dark = css(5).partition("@media (prefers-color-scheme: dark)")
    assert DARK[0][0] not in light
    assert all(fill in dark for fill, _ in DARK[:5])
    assert DARK[5][0] not in dark

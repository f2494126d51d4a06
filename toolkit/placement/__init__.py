"""Pure functions on FlexiPage, Layout and override trees; no network."""

"""Parts of the screen that pages share; imported as `_ui`."""

"""What a picture is made of: shapes in whole pixels, widths of texts, ways for arrows, colours, and the file itself."""

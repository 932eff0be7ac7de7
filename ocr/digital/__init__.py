"""Text that files carry themselves: PDF text layers, OFD, XML, DOCX, mail. Runs in rendering children only."""

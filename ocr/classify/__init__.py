"""Tell what kind of document some pages are, with the evidence for it and a calibrated confidence."""

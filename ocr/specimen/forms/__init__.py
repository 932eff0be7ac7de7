"""The forms, one module a family; importing them enters them in the register."""

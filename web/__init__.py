"""The web page: the desk for people who do not use a terminal. Over ``desk/`` only."""

"""`python -m bot links`: links into the bot, their QR codes, and a sheet to be printed."""

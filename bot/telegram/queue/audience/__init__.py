"""With whom the bot is: who has received the notice, which groups it was added to, what is kept of somebody."""

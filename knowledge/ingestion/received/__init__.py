"""Files that come with others or from elsewhere, kept beside the editions: attachments of mails, web pages."""

"""What the text of a message is made of: the newest message, quotations, signature, headings, language."""

from tests.mailserver import mail, mail_server

__all__ = ["mail", "mail_server"]

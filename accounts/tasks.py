"""Mail, sent by a worker: a slow or absent mail server keeps nobody waiting at a page."""

from celery import shared_task
from django.core.mail import EmailMultiAlternatives


class Undelivered(Exception):
    """The mail did not go out. It tells no more than the kind of error: a server's words name people."""


@shared_task(
    name="accounts.tasks.deliver",
    autoretry_for=(Undelivered,),
    max_retries=5,
    retry_backoff=2,
    retry_backoff_max=120,
)
def deliver(*, subject: str, text: str, html: str, sender: str, to: list[str]) -> None:
    """Sends one mail. A code in it works for ten minutes, so trying goes on for a few."""
    mail = EmailMultiAlternatives(subject, text, sender, to)
    mail.attach_alternative(html, "text/html")
    try:
        mail.send()
    except Exception as error:  # whatever it says may quote the mail, and would be logged
        raise Undelivered(type(error).__name__) from None

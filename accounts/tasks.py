"""Mail, sent by a worker: a slow or absent mail server keeps nobody waiting at a page."""

from smtplib import SMTPException

from celery import shared_task
from django.core.mail import EmailMultiAlternatives


@shared_task(
    name="accounts.tasks.deliver",
    autoretry_for=(SMTPException, OSError),
    max_retries=5,
    retry_backoff=2,
    retry_backoff_max=120,
)
def deliver(*, subject: str, text: str, html: str, sender: str, to: list[str]) -> None:
    """Sends one mail. A code in it works for ten minutes, so trying goes on for a few."""
    mail = EmailMultiAlternatives(subject, text, sender, to)
    mail.attach_alternative(html, "text/html")
    mail.send()

"""Who was welcomed before mailboxes were kept: theirs are had, too."""

from django.db import migrations

from credits.welcome import mailbox_hash


def keep(apps, schema_editor):
    Entry, Welcome = apps.get_model("credits", "Entry"), apps.get_model("credits", "Welcome")
    given = Entry.objects.filter(kind="grant", cause__startswith="welcome:").order_by("id")
    known = set()
    rows = []
    for owner, email in given.values_list("wallet__owner_id", "wallet__owner__email"):
        mailbox = mailbox_hash(email)
        rows.append(Welcome(owner_id=owner, answer="given", mailbox="" if mailbox in known else mailbox))
        known.add(mailbox)
    Welcome.objects.bulk_create(rows, batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("credits", "0003_welcome")]
    operations = [migrations.RunPython(keep, migrations.RunPython.noop, elidable=True)]

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # a large table is indexed while generations go on

    dependencies = [
        ('studio', '0004_settled'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='generation',
            index=models.Index(models.F('ended_at'), condition=models.Q(('ended_at__isnull', False)), name='generation_ended'),
        ),
    ]

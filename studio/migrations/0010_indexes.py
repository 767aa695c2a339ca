from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # a large tables are indexed while pictures arrive

    dependencies = [
        ('studio', '0009_losses'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='image',
            index=models.Index(models.F('owner'), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('deleted_at__isnull', True), ('ringed', True)), name='image_ringed'),
        ),
        AddIndexConcurrently(
            model_name='generation',
            index=models.Index(models.F('run'), condition=models.Q(('status__in', ('queued', 'running'))), name='generation_open'),
        ),
        AddIndexConcurrently(
            model_name='generation',
            index=models.Index(models.F('model'), models.OrderBy(models.F('ended_at'), descending=True), condition=models.Q(('status', 'succeeded')), name='generation_made'),
        ),
    ]

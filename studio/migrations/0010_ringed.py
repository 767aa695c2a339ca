from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # a large table is indexed while pictures arrive

    dependencies = [
        ('studio', '0009_losses'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='image',
            index=models.Index(models.F('owner'), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('deleted_at__isnull', True), ('ringed', True)), name='image_ringed'),
        ),
    ]

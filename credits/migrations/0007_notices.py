import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('credits', '0006_money'),
    ]

    operations = [
        migrations.CreateModel(
            name='LowBalance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('below', models.PositiveIntegerField(default=100, validators=[django.core.validators.MinValueValidator(1)], verbose_name='below, credits')),
                ('on', models.BooleanField(default=False, verbose_name='write')),
                ('told_at', models.DateTimeField(blank=True, null=True, verbose_name='told at')),
                ('wallet', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='low_balance', to='credits.wallet')),
            ],
            options={
                'verbose_name': 'low balance',
                'constraints': [models.CheckConstraint(condition=models.Q(('below__gt', 0)), name='low_balance_positive')],
            },
        ),
    ]

"""People and their addresses, by factory_boy."""

from typing import Any

import factory
from allauth.account.models import EmailAddress
from factory.django import DjangoModelFactory

from accounts.models import User


class AddressFactory(DjangoModelFactory):
    """A verified address, as a typed code leaves it."""

    class Meta:
        model = EmailAddress

    email = factory.SelfAttribute("user.email")
    verified = True
    primary = True


class PersonFactory(DjangoModelFactory):
    """A user whose address is verified: `PersonFactory(name="alice", is_staff=True)`."""

    class Meta:
        model = User
        exclude = ("name",)
        skip_postgeneration_save = True

    name = factory.Sequence(lambda number: f"person-{number}")
    email = factory.LazyAttribute(lambda person: f"{person.name}@example.com")
    password = factory.LazyAttribute(lambda person: f"{person.name}-knows-it-well")
    address = factory.RelatedFactory(AddressFactory, factory_related_name="user")

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        return model_class.objects.create_user(*args, **kwargs)

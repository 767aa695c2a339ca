"""The table of Stripe's objects: their fields when nothing was said, and how their ids begin."""

from typing import Any

API_VERSION = "2026-10-28.endive"


def _shape(nulls: str, **others: Any) -> dict[str, Any]:
    return {**dict.fromkeys(nulls.split()), **others}


_NO_TAX = {"disabled_reason": None, "enabled": False, "liability": None, "provider": None, "status": None}

# Kind: (how its ids begin, how many characters follow, its fields).
KINDS: dict[str, tuple[str, int, dict[str, Any]]] = {
    "customer": (
        "cus_",
        14,
        _shape(
            "address currency default_source description discount email name phone shipping test_clock",
            balance=0,
            delinquent=False,
            invoice_settings=_shape("custom_fields default_payment_method footer rendering_options"),
            metadata={},
            next_invoice_sequence=1,
            preferred_locales=[],
            tax_exempt="none",
        ),
    ),
    "product": (
        "prod_",
        14,
        _shape(
            "default_price description package_dimensions shippable statement_descriptor tax_code unit_label url",
            active=True,
            images=[],
            marketing_features=[],
            metadata={},
            name="",
            type="service",
            updated=0,
        ),
    ),
    "price": (
        "price_",
        24,
        _shape(
            "custom_unit_amount lookup_key nickname product recurring tiers_mode transform_quantity unit_amount",
            active=True,
            billing_scheme="per_unit",
            currency="",
            metadata={},
            tax_behavior="unspecified",
            type="one_time",
            unit_amount_decimal=None,
        ),
    ),
    "coupon": (
        "",
        8,
        _shape(
            "amount_off currency duration_in_months max_redemptions name percent_off redeem_by",
            duration="once",
            metadata={},
            times_redeemed=0,
            valid=True,
        ),
    ),
    "promotion_code": (
        "promo_",
        24,
        _shape(
            "code customer expires_at max_redemptions promotion",
            active=True,
            metadata={},
            restrictions=_shape("minimum_amount minimum_amount_currency", first_time_transaction=False),
            times_redeemed=0,
        ),
    ),
    "discount": ("di_", 24, _shape("checkout_session customer end invoice promotion_code source start subscription")),
    "checkout.session": (
        "cs_test_",
        58,
        _shape(
            "after_expiration allow_promotion_codes amount_subtotal amount_total billing_address_collection cancel_url "
            "client_reference_id client_secret collected_information consent consent_collection currency "
            "currency_conversion customer customer_creation customer_details customer_email invoice invoice_creation "
            "locale payment_intent payment_link recovered_from setup_intent shipping_address_collection shipping_cost "
            "submit_type subscription success_url url",
            adaptive_pricing={"enabled": False},
            automatic_tax={"enabled": False, "liability": None, "provider": None, "status": None},
            custom_fields=[],
            custom_text=_shape("after_submit shipping_address submit terms_of_service_acceptance"),
            discounts=[],
            expires_at=0,
            metadata={},
            mode="payment",
            payment_method_collection="if_required",
            payment_method_options={},
            payment_method_types=["card", "sepa_debit"],
            payment_status="unpaid",
            phone_number_collection={"enabled": False},
            shipping_options=[],
            status="open",
            tax_id_collection={"enabled": False, "required": "never"},
            total_details={"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
            ui_mode="hosted_page",
        ),
    ),
    "billing_portal.session": (
        "bps_",
        24,
        _shape("configuration customer flow locale on_behalf_of return_url url"),
    ),
    "billing_portal.configuration": (
        "bpc_",
        24,
        _shape(
            "application default_return_url name",
            active=True,
            business_profile=_shape("headline privacy_policy_url terms_of_service_url"),
            features={},
            is_default=False,
            login_page={"enabled": False, "url": None},
            metadata={},
            updated=0,
        ),
    ),
    "payment_method": (
        "pm_",
        24,
        _shape("customer type", allow_redisplay="limited", billing_details={}, metadata={}),
    ),
    "payment_intent": (
        "pi_3",
        23,
        _shape(
            "application application_fee_amount canceled_at cancellation_reason customer description "
            "last_payment_error latest_charge next_action on_behalf_of payment_method processing receipt_email review "
            "setup_future_usage shipping statement_descriptor statement_descriptor_suffix transfer_data transfer_group",
            amount=0,
            amount_capturable=0,
            amount_received=0,
            capture_method="automatic",
            confirmation_method="automatic",
            currency="",
            metadata={},
            payment_method_types=["card", "sepa_debit"],
            status="requires_payment_method",
        ),
    ),
    "charge": (
        "ch_3",
        23,
        _shape(
            "application application_fee balance_transaction customer description failure_code failure_message outcome "
            "payment_intent payment_method receipt_email receipt_number receipt_url review shipping "
            "statement_descriptor transfer_data transfer_group",
            amount=0,
            amount_captured=0,
            amount_refunded=0,
            billing_details={},
            captured=True,
            currency="",
            disputed=False,
            fraud_details={},
            metadata={},
            paid=False,
            payment_method_details={},
            refunded=False,
            status="pending",
        ),
    ),
    "refund": (
        "re_3",
        23,
        _shape(
            "balance_transaction charge payment_intent reason receipt_number source_transfer_reversal "
            "transfer_reversal",
            amount=0,
            currency="",
            metadata={},
            status="succeeded",
        ),
    ),
    "dispute": (
        "dp_",
        24,
        _shape(
            "charge payment_intent network_reason_code",
            amount=0,
            balance_transactions=[],
            currency="",
            enhanced_eligibility_types=[],
            evidence={},
            evidence_details={"due_by": 0, "has_evidence": False, "past_due": False, "submission_count": 0},
            is_charge_refundable=False,
            metadata={},
            reason="fraudulent",
            status="needs_response",
        ),
    ),
    "subscription": (
        "sub_",
        24,
        _shape(
            "application application_fee_percent billing_cycle_anchor_config billing_thresholds cancel_at canceled_at "
            "customer days_until_due default_payment_method default_source description ended_at latest_invoice "
            "next_pending_invoice_item_invoice on_behalf_of pause_collection pending_invoice_item_interval "
            "pending_setup_intent pending_update schedule test_clock transfer_data trial_end trial_start",
            automatic_tax=_NO_TAX,
            billing_cycle_anchor=0,
            billing_mode={"flexible": {"proration_discounts": "included"}, "type": "flexible", "updated_at": None},
            billing_schedules=[],
            cancel_at_period_end=False,
            cancellation_details=_shape("comment feedback reason"),
            collection_method="charge_automatically",
            currency="",
            default_tax_rates=[],
            discounts=[],
            invoice_settings={"account_tax_ids": None, "issuer": {"type": "self"}},
            items={},
            metadata={},
            payment_settings=_shape("payment_method_options payment_method_types", save_default_payment_method="off"),
            start_date=0,
            status="incomplete",
            trial_settings={"end_behavior": {"missing_payment_method": "create_invoice"}},
        ),
    ),
    "invoice": (
        "in_",
        24,
        _shape(
            "account_tax_ids application automatically_finalizes_at billing_reason custom_fields customer "
            "customer_address customer_email customer_name customer_phone customer_shipping default_payment_method "
            "default_source description due_date effective_at ending_balance footer from_invoice hosted_invoice_url "
            "invoice_pdf last_finalization_error latest_revision next_payment_attempt number on_behalf_of parent "
            "receipt_number rendering shipping_cost shipping_details statement_descriptor test_clock "
            "webhooks_delivered_at",
            account_country="DE",
            account_name="Sandbox",
            amount_due=0,
            amount_overpaid=0,
            amount_paid=0,
            amount_remaining=0,
            amount_shipping=0,
            attempt_count=0,
            attempted=False,
            auto_advance=True,
            automatic_tax=_NO_TAX,
            collection_method="charge_automatically",
            currency="",
            customer_tax_exempt="none",
            customer_tax_ids=[],
            default_tax_rates=[],
            discounts=[],
            issuer={"type": "self"},
            lines={},
            metadata={},
            payment_settings=_shape("default_mandate payment_method_options payment_method_types"),
            period_end=0,
            period_start=0,
            post_payment_credit_notes_amount=0,
            pre_payment_credit_notes_amount=0,
            starting_balance=0,
            status="draft",
            status_transitions=_shape("finalized_at marked_uncollectible_at paid_at voided_at"),
            subtotal=0,
            subtotal_excluding_tax=0,
            total=0,
            total_discount_amounts=[],
            total_excluding_tax=0,
            total_pretax_credit_amounts=[],
            total_taxes=[],
        ),
    ),
    "invoice_payment": (
        "inpay_",
        24,
        _shape(
            "amount_paid invoice payment",
            amount_requested=0,
            currency="",
            is_default=True,
            status="open",
            status_transitions=_shape("canceled_at paid_at"),
        ),
    ),
    "event": ("evt_", 24, _shape("data type", api_version=API_VERSION, pending_webhooks=0, request={})),
}

"""How do temperatures and lengths carry over between a vendor's API and the weights behind it?"""

API_SLOPE, API_SHIFT = 0.3, 0.7
"""DeepSeek's API multiplies temperatures up to 1 by the first, and takes the second from those
above. Source: row F31; the shift is recalled."""

CONTEXT_SHARE = 2
"""The longest answer is the context over this. House choice, row J5."""


def deepseek_model_temperature(api_temperature: float) -> float:
    """Return the temperature of DeepSeek-V3-0324's weights that a temperature of its API means.

    Up to 1: × 0.3; above: − 0.7. So 1.0 of the API is 0.3 of the weights. Of the API only: it
    must never be applied to a temperature that is given to the weights.

    Args:
        api_temperature: As sent to the API, 0 to 2.

    Source: model card of DeepSeek-V3-0324, row F31, read in a copy; the shift is recalled.
    """
    return api_temperature * API_SLOPE if api_temperature <= 1 else api_temperature - API_SHIFT


def half_the_context(context: int) -> int:
    """Return the longest answer that leaves a prompt as much room: context / 2, at least 1.

    Source: House choice, row J5.
    """
    return max(context // CONTEXT_SHARE, 1)

select
    metric_id,
    label,
    words,
    formula,
    numerator,
    denominator,
    exclusions,
    unit,
    owner,
    table_name,
    column_name
from {{ source('raw', 'metric_definitions') }}

-- A problem is a failure whose measure lies on the wrong side of the playbook's threshold over
-- enough handoffs. The first fix of the playbook stands with it, and who leads it.

with

measures as (
    select * from {{ ref('int_problems__measures') }}
),

kinds as (
    select * from {{ playbook('problem_kinds') }}
),

first_fixes as (
    select * from {{ playbook('problem_fixes') }}
    where position = 1
),

teams as (
    select * from {{ playbook('teams') }}
),

found as (
    select
        measures.*,
        kinds.label as problem_label,
        kinds.description as problem_description,
        kinds.position as kind_position,
        kinds.direction,
        kinds.threshold_rate,
        kinds.owner_team,
        measures.numerator / measures.denominator as rate
    from measures
    inner join kinds
        on measures.problem_kind = kinds.problem_kind
    where
        measures.window_name = 'current'
        and measures.denominator >= kinds.min_handoffs
        and (
            (
                kinds.direction = 'above'
                and measures.numerator / measures.denominator > kinds.threshold_rate
            )
            or (
                kinds.direction = 'below'
                and measures.numerator / measures.denominator < kinds.threshold_rate
            )
        )
),

final as (
    select
        found.problem_kind || '/' || found.dimension_key as problem_key,
        found.problem_kind,
        found.problem_label,
        found.problem_description,
        found.metric_id,
        found.dimension,
        found.dimension_key,
        found.dimension_label,
        found.first_week,
        found.last_week,
        found.numerator,
        found.denominator,
        {{ small_sample('found.denominator') }} as small_sample,
        {{ unless_hidden(small_sample('found.denominator'), 'found.rate') }} as rate,
        {{ unless_hidden(
            small_sample('found.denominator'), wilson_low('found.numerator', 'found.denominator')
        ) }} as ci_low,
        {{ unless_hidden(
            small_sample('found.denominator'), wilson_high('found.numerator', 'found.denominator')
        ) }} as ci_high,
        found.direction,
        found.threshold_rate,
        abs(found.rate - found.threshold_rate) * found.denominator as handoffs_beyond_threshold,
        previous.numerator as previous_numerator,
        previous.denominator as previous_denominator,
        found.owner_team,
        teams.label as owner_team_label,
        coalesce(found.fixed_by, first_fixes.who) as fixed_by,
        first_fixes.fix,
        first_fixes.within_days as fix_within_days,
        first_fixes.done_when as fix_done_when,
        row_number() over (
            order by
                abs(found.rate - found.threshold_rate) * found.denominator desc,
                found.problem_kind,
                found.dimension_key
        ) as size_rank
    from found
    left join measures as previous
        on
            previous.window_name = 'previous'
            and found.problem_kind = previous.problem_kind
            and found.dimension_key = previous.dimension_key
    left join first_fixes
        on found.problem_kind = first_fixes.problem_kind
    left join teams
        on found.owner_team = teams.team_id
)

select * from final

from django.db import migrations, models

# What the columns say of cases from before: approved ones have kept our own promise then, and an
# ordered one has its answer where nothing of it stands without one.
FILL = """
UPDATE cases_case c SET met_at = decided.at
FROM (
    SELECT case_id, max(approved_at) AS at FROM cases_decision
    WHERE state = 'approved' GROUP BY case_id
) decided
WHERE decided.case_id = c.id AND c.state IN ('approved', 'ordered')
    AND c.due_at IS NOT DISTINCT FROM c.ours_due_at;
UPDATE cases_case c
SET met_at = CASE WHEN said.is_late THEN said.at ELSE least(said.at, c.due_at) END
FROM (
    SELECT t.case_id, max(a.answered_at) AS at, bool_or(i.is_late) AS is_late
    FROM cases_answer a
    JOIN cases_noticeitem i ON i.id = a.item_id
    JOIN cases_target t ON t.id = i.target_id
    WHERE a.code <> 'needs_time'
    GROUP BY t.case_id
) said
WHERE said.case_id = c.id AND c.state = 'ordered' AND c.due_at IS DISTINCT FROM c.ours_due_at
    AND NOT EXISTS (SELECT FROM cases_target t WHERE t.case_id = c.id AND t.state = 'standing');
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_without_version")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="met_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("state", "closed")),
                fields=["handling", "closed_at", "id"],
                name="case_closed_queue",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("state", "closed")),
                fields=["closed_at", "id"],
                name="case_closed",
            ),
        ),
        migrations.AlterField(
            model_name="target",
            name="state",
            field=models.CharField(
                choices=[
                    ("standing", "still up"),
                    ("claimed", "the platform says it is gone"),
                    ("gone", "gone"),
                    ("refused", "the platform disagrees"),
                    ("needs_info", "the platform asks for more"),
                    ("not_found", "the platform cannot find it"),
                    ("released", "released"),
                ],
                default="standing",
                max_length=12,
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]

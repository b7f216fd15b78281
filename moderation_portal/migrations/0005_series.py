"""What keeps sealed rows and ordinary ones apart, for each table that has both series of ids."""

from django.db import migrations

GUARD = """
CREATE FUNCTION keep_series() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'the handling class of a row never changes' USING ERRCODE = '23514';
    END IF;
    IF (NEW.handling = 'sealed') <> (NEW.id > 1000000000000) THEN
        RAISE EXCEPTION 'sealed and ordinary rows have ids of their own' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;

CREATE PROCEDURE give_sealed_series(VARIADIC tables text[]) LANGUAGE plpgsql AS $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY tables LOOP
        EXECUTE format(
            'CREATE SEQUENCE %I MINVALUE 1000000000001 OWNED BY %I.id', name || '_sealed_seq', name
        );
        IF EXISTS (
            SELECT FROM pg_attribute WHERE attrelid = name::regclass AND attname = 'handling'
        ) THEN
            EXECUTE format(
                'CREATE TRIGGER series BEFORE INSERT ON %I'
                ' FOR EACH ROW EXECUTE FUNCTION keep_series()', name
            );
            EXECUTE format(
                'CREATE TRIGGER handling BEFORE UPDATE OF handling ON %I FOR EACH ROW'
                ' WHEN (OLD.handling IS DISTINCT FROM NEW.handling)'
                ' EXECUTE FUNCTION keep_series()', name
            );
        END IF;
    END LOOP;
END $$;

CREATE PROCEDURE take_sealed_series(VARIADIC tables text[]) LANGUAGE plpgsql AS $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY tables LOOP
        EXECUTE format('DROP TRIGGER IF EXISTS series ON %I', name);
        EXECUTE format('DROP TRIGGER IF EXISTS handling ON %I', name);
        EXECUTE format('DROP SEQUENCE %I', name || '_sealed_seq');
    END LOOP;
END $$;
"""
UNDO = """
DROP PROCEDURE take_sealed_series;
DROP PROCEDURE give_sealed_series;
DROP FUNCTION keep_series;
"""


class Migration(migrations.Migration):
    dependencies = [("moderation_portal", "0004_job_row_outcome")]

    operations = [migrations.RunSQL(GUARD, UNDO)]

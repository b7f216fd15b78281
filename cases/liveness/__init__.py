"""Whether anybody still reads what a platform's contacts get: asked each month, and known from
what comes back. Who is silent stays on record, and the platform's next contact hears beside them.
"""

"""The peer of submission_speed: a bare Flask-WTF form and one insert, as durable as ours."""

import os
import sqlite3
import threading

from flask import Flask, redirect
from flask_wtf import FlaskForm
from wtforms import IntegerField, StringField
from wtforms.validators import NumberRange, Optional

local = threading.local()
app = Flask(__name__)
app.config.update(SECRET_KEY="bench", WTF_CSRF_ENABLED=False)
fields = {f"u{i}": IntegerField(validators=[Optional(), NumberRange(1, 4)]) for i in range(1, 10)}
Form = type("Form", (FlaskForm,), fields | {"submission_id": StringField()})


@app.post("/")
def submit():
    form = Form()
    if not form.validate_on_submit():
        return "invalid", 422
    if not hasattr(local, "connection"):
        local.connection = sqlite3.connect(os.environ["BARE_DATABASE"], timeout=5)
        local.connection.execute("PRAGMA synchronous=FULL")
    values = [form.submission_id.data, *(form[f"u{i}"].data for i in range(1, 10))]
    with local.connection:
        local.connection.execute(f"INSERT INTO response VALUES ({', '.join('?' * 10)})", values)
    return redirect("/thanks", 303)

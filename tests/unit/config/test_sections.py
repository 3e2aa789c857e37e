"""Each setting lands in one section of the settings page; one that says nothing in the last."""

from pydantic import Field

from core.config import Settings, sections
from core.config.sections import SECTION_TITLES, SettingsSection, default_of, groups_of, section_of


def test_every_setting_is_in_one_group_of_its_section() -> None:
    listed = [name for section in SettingsSection for group in groups_of(section) for name in group.names]
    assert sorted(listed) == sorted(
        set(Settings.model_fields) - {"providers", "services", "shortcuts", "watch_folders", "saved_profiles"}
    )
    for section in set(SettingsSection) - {SettingsSection.KEYBOARD}:  # Its only setting has an editor of its own.
        groups = groups_of(section)
        assert {section_of(name) for group in groups for name in group.names} == {section}
        assert [group.is_advanced for group in groups] == sorted(group.is_advanced for group in groups)
    assert set(SECTION_TITLES) == set(SettingsSection)


def test_a_setting_that_names_no_section_is_shown_all_the_same(monkeypatch) -> None:
    class More(Settings):
        novelty: int = Field(3, title="Novelty", json_schema_extra={"restricts": False})

    monkeypatch.setattr(sections, "Settings", More)
    assert section_of("novelty") is SettingsSection.ADVANCED
    assert "novelty" in groups_of(SettingsSection.ADVANCED)[0].names


def test_defaults_are_those_of_settings_that_nobody_has_set() -> None:
    unset = Settings()
    assert {name: default_of(name) for name in Settings.model_fields} == {
        name: getattr(unset, name) for name in Settings.model_fields
    }


def test_no_setting_of_the_bots_page_sends_there_who_is_there() -> None:
    described = {name: field.description for name, field in Settings.model_fields.items() if name.startswith("bot_")}
    assert described
    assert not [name for name, text in described.items() if "page Bot" in str(text)]

"""The UI kit as template tags: `{% load ui %}`. The living page `/ui-kit/` shows each one with its states.

Filters
    {{ amount|money }}  {{ amount|money:"signed" }}  {{ amount|money:"plain" }}  {{ amount|money:"round" }}
    {{ price|money:"exact" }}
    {{ date|day }}  {{ date|day:"long" }}  {{ date|day:"short" }}  {{ first|days:last }}
    {{ date|month }}  {{ datetime|moment }}
    {{ "0.065"|percent }} (a fraction)  {{ "6.5"|percent:"points" }}  {{ n|number }}  {{ state|tone }}

Page and layout
    {% page_header title subtitle= eyebrow= back_url= back_label= state= state_label= %}
        actions {% endpage_header %}
    {% breadcrumb label url label url last_label %}
    {% tabs label url label url … current=url label= %}
    {% card title= subtitle= tone= id= %} … {% endcard %}            tone: "" | brand | quiet | warning
    {% notice title= tone= %} … {% endnotice %}                     tone: info | success | warning | danger
    {% section title= subtitle= id= %} … {% endsection %}
    {% live url id seconds=2 done=False %} … {% endlive %}          polled by htmx until done

Acts
    {% button label variant= href= icon= size= type= disabled= **attributes %}
        variant: primary | secondary | quiet | danger; size: "" | small | block;
        href makes it a link; other keywords are attributes: hx_get= becomes hx-get
    {% post_button label url variant= icon= size= confirm= name= value= disabled= %}
        a form of its own, with its CSRF token
    {% dialog_button label dialog_id fallback_url= variant= icon= size= %}
    {% dialog dialog_id title open=False %} … {% enddialog %}
    {% icon name label= %}   {% loading %}   {% wordmark %}

Forms
    {% render_form form submit= action= cancel_url= submit_variant= htmx_target= method= %}
    {% form_errors form %}   {% form_fields form %}
    {% field form.name label= help= prefix= suffix= width= %}       width: "" | short | medium
    {% form_actions submit= cancel_url= cancel_label= variant= %} more buttons {% endform_actions %}
    Widgets and fields are in `core.forms`: KitForm, KitModelForm, MoneyField, DateField, SearchSelect,
    FileDrop, Choices.

Lists {% table id= caption= page= is_empty= empty_title= empty_text= empty_action_label= empty_action_url= %}
<thead>…</thead><tbody>…</tbody> {% endtable %} each <td data-label="…">; classes num, lead, acts; {%
sort_header label key numeric= %} makes a <th> {% data_table table %}
a `core.tables.Table` {% pagination page target= label= %}   {% filters_bar form target= submit= %} {%
empty_state title text= icon= action_label= action_url= %}

Figures and states
    {% stat label value hint= tone= href= icon= %}                  tone: "" | brand | success | warning
    {% badge state label tone= %}   {% definitions label value label value … filled= %}
    {% waterfall steps caption= %}
        step: label, amount, kind (start | plus | minus | subtotal | total), note, href
    {% progress value maximum label= hint= tone= %}
    {% line_chart points label= series_label= threshold= threshold_label= %}
        point: date, amount, forecast (bool)
    {% sparkline values label= %}
    {% timeline events %}                                   event: when, title, text, href, tone, actor
    {% next_steps steps title= %}                           step: title, text, state (done|current|todo), href
    {% refusal error %}                                             a DomainError: why, and what to do next
    {% toast text level= %}

Every list argument takes dictionaries, dataclasses or model rows: only the names above are read.

Classes for rhythm: stack, stack-tight, row, spread, grid-2, grid-3, tiles, split (with sticky or split-even),
fields-2, narrow (around a waterfall), num, nowrap, muted, lede, small; block page_class: page-narrow.
"""

from django import template

from core.kit import acts, charts, figures, formats, forms, layout, lists, stories

register = template.Library()

for kind in (layout, acts, forms, lists, figures, stories, charts, formats):
    register.tags.update(kind.register.tags)
    register.filters.update(kind.register.filters)

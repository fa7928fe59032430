from ansible_collections.ccops.webex_email.plugins.modules.email_tenant_info import MODULE
def test_smoke(task):
    import time
    t=time.time()
    r=task.run(MODULE, senders=["support@contoso.example"], unique_name="webex-connect-email", probe=True, permissions=[{"resource":"Office 365 Exchange Online","type":"application","value":"Mail.Send"}])
    print(time.time()-t)
    if r.get("failed"): print(r)
    for l in r["tenant"]["lines"]: print(l["status"], l["check"], l["case"], l["why"], "|", l["portal"], "|", l["command"])
    for a in r["tenant"]["answers"]: print(a)
    print([ (e["service"],e["operation"]) for e in task.cloud.journal()])
    print(task.warnings)
    assert not task.writes(); assert task.cloud.violations()==[]
    r=task.run(MODULE, caller="no-graph-rights", auth_client_secret="wrong-xxxx", connect_token="x-wrong", connect_region="us")
    for l in r["tenant"]["lines"]: print(l["status"], l["check"], l["case"], l["why"])

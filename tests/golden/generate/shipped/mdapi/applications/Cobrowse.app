<?xml version="1.0" encoding="UTF-8"?>
<CustomApplication xmlns="http://soap.sforce.com/2006/04/metadata">
    <brand>
        <headerColor>#0B5CAB</headerColor>
        <shouldOverrideOrgTheme>false</shouldOverrideOrgTheme>
    </brand>
    <description>Cobrowse.io dashboard and settings</description>
    <formFactors>Large</formFactors>
    <isNavAutoTempTabsDisabled>false</isNavAutoTempTabsDisabled>
    <isNavPersonalizationDisabled>false</isNavPersonalizationDisabled>
    <label>Cobrowse.io</label>
    <navType>Standard</navType>
    <tabs>CobrowseDashboard</tabs>
    <tabs>CobrowseSettings</tabs>
    <uiType>Lightning</uiType>
</CustomApplication>
